import { config } from "../config.ts";
import { pool, transaction } from "../db.ts";
import { Refusal } from "../errors.ts";

const TOKEN_HEADER = "x-shipping-token";

async function bookParcel(orderId: string): Promise<string> {
  const response = await fetch(`${config.SHIPPING_URL}/parcels`, {
    method: "PUT",
    headers: { "content-type": "application/json", [TOKEN_HEADER]: config.SHIPPING_TOKEN },
    body: JSON.stringify({ reference: orderId }),
    signal: AbortSignal.timeout(5_000),
  });
  if (!response.ok) throw new Refusal(502, "Shipping is not available");
  const { code } = (await response.json()) as { code?: unknown };
  if (typeof code !== "string") throw new Refusal(502, "Shipping is not available");
  return code;
}

export async function shipOrder(sellerId: string, orderId: string): Promise<string> {
  const { rows } = await pool.query<{ status: string }>("select status from orders where id = $1 and seller_id = $2", [
    orderId,
    sellerId,
  ]);
  if (rows[0]?.status !== "paid") throw new Refusal(409, "Only a paid order can be shipped");
  const trackingCode = await bookParcel(orderId);
  const { rowCount } = await pool.query(
    "update orders set status = 'shipped', tracking_code = $3 where id = $1 and seller_id = $2 and status = 'paid'",
    [orderId, sellerId, trackingCode],
  );
  if (rowCount === 0) throw new Refusal(409, "The order was shipped meanwhile");
  return trackingCode;
}

export async function cancelOrder(sellerId: string, orderId: string): Promise<void> {
  await transaction(async (db) => {
    const { rows } = await db.query<{ status: string }>(
      "select status from orders where id = $1 and seller_id = $2 for update",
      [orderId, sellerId],
    );
    if (rows[0]?.status !== "placed") throw new Refusal(409, "Only an unpaid order can be cancelled");
    await db.query("update orders set status = 'cancelled' where id = $1", [orderId]);
    await db.query(
      `with locked as (
         select p.id, l.quantity from products p join order_lines l on l.product_id = p.id
          where l.order_id = $1 order by p.id for update of p)
       update products p set stock = p.stock + locked.quantity from locked where p.id = locked.id`,
      [orderId],
    );
  });
}
