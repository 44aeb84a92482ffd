import { sql } from "@market/shared/sql";
import { serializableTransaction, rowsOf, type Queryable } from "../db.ts";
import { Refusal } from "../errors.ts";

export interface OrderRequest {
  requestKey: string;
  sellerId: string;
  buyerEmail: string;
  couponCode?: string;
  lines: { productId: string; quantity: number }[];
}

export interface PlacedOrder {
  id: string;
  totalCents: number;
}

interface PricedLine {
  productId: string;
  priceCents: number;
  quantity: number;
}

async function takeStock(db: Queryable, request: OrderRequest): Promise<PricedLine[]> {
  const ids = request.lines.map((line) => line.productId);
  const quantities = request.lines.map((line) => line.quantity);
  await db.query("select id from products where id = any($1::bigint[]) order by id for update", [ids]);
  const { rows, rowCount } = await db.query<PricedLine>(
    `update products p set stock = p.stock - wanted.quantity
       from unnest($1::bigint[], $2::int[]) as wanted (id, quantity)
      where p.id = wanted.id and p.seller_id = $3 and p.stock >= wanted.quantity
      returning p.id as "productId", p.price_cents as "priceCents", wanted.quantity`,
    [ids, quantities, request.sellerId],
  );
  if (rowCount !== request.lines.length) throw new Refusal(409, "Not everything is in stock");
  return rows;
}

async function discountOf(db: Queryable, request: OrderRequest, totalCents: number): Promise<number> {
  if (request.couponCode === undefined) return 0;
  const [coupon] = await rowsOf<{ percent: number; remaining: number }>(
    db,
    sql`select percent, remaining from coupons
         where code = ${request.couponCode} and seller_id = ${request.sellerId} and expires_at > now()`,
  );
  if (!coupon || coupon.remaining < 1) throw new Refusal(422, "This coupon is not valid");
  const { rowCount } = await db.query(
    "update coupons set remaining = remaining - 1 where code = $1 and remaining > 0",
    [request.couponCode],
  );
  if (rowCount !== 1) throw new Refusal(422, "This coupon is not valid");
  return Math.floor((totalCents * coupon.percent) / 100);
}

async function insertOrder(db: Queryable, request: OrderRequest): Promise<PlacedOrder | null> {
  const claimed = await rowsOf<{ id: string }>(
    db,
    sql`insert into orders (seller_id, buyer_email, request_key, total_cents)
        values (${request.sellerId}, ${request.buyerEmail}, ${request.requestKey}, 0)
        on conflict (request_key) do nothing
        returning id`,
  );
  const id = claimed[0]?.id;
  if (id === undefined) return null;
  const lines = await takeStock(db, request);
  const fullCents = lines.reduce((sum, line) => sum + line.priceCents * line.quantity, 0);
  const discountCents = await discountOf(db, request, fullCents);
  await db.query(
    `insert into order_lines (order_id, product_id, quantity, price_cents)
     select $1, * from unnest($2::bigint[], $3::int[], $4::int[])`,
    [id, lines.map((l) => l.productId), lines.map((l) => l.quantity), lines.map((l) => l.priceCents)],
  );
  const totalCents = fullCents - discountCents;
  await db.query("update orders set total_cents = $2, discount_cents = $3 where id = $1", [id, totalCents, discountCents]);
  return { id, totalCents };
}

export async function placeOrder(request: OrderRequest): Promise<PlacedOrder> {
  const placed = await serializableTransaction((db) => insertOrder(db, request));
  if (placed !== null) return placed;
  return serializableTransaction(async (db) => {
    const [earlier] = await rowsOf<PlacedOrder>(
      db,
      sql`select id, total_cents::int as "totalCents" from orders
           where request_key = ${request.requestKey} and buyer_email = ${request.buyerEmail}`,
    );
    if (!earlier) throw new Refusal(409, "This request key was used by someone else");
    return earlier;
  });
}
