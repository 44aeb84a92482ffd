import { PRODUCT_COLUMNS } from "@market/shared/columns";
import { PAGE_MAX, pageOf } from "@market/shared/cursor";
import type { FastifyPluginAsync } from "fastify";
import { requireSeller } from "../auth.ts";
import { pool, transaction } from "../db.ts";
import { Refusal } from "../errors.ts";
import { insertProducts, type NewProduct } from "../products/insert-products.ts";

interface Product {
  id: string;
  title: string;
  categoryCode: string;
  priceCents: number;
  stock: number;
  version: number;
}

interface Changes {
  title?: string;
  priceCents?: number;
  version: number;
}

const SELECT_PRODUCTS = `select ${PRODUCT_COLUMNS} from products`;
const COLUMN_OF = { title: "title", priceCents: "price_cents" } as const;

const id = { type: "string", pattern: "^[0-9]{1,18}$" };
const params = { type: "object", required: ["id"], properties: { id } };
const title = { type: "string", minLength: 1, maxLength: 200 };
const priceCents = { type: "integer", minimum: 1, maximum: 10_000_000 };

const listQuery = {
  type: "object",
  additionalProperties: false,
  properties: { after: { ...id, default: "0" }, limit: { type: "integer", minimum: 1, maximum: PAGE_MAX, default: 20 } },
};

const newProducts = {
  type: "array",
  minItems: 1,
  maxItems: 1_000,
  items: {
    type: "object",
    required: ["title", "categoryCode", "priceCents", "stock"],
    additionalProperties: false,
    properties: {
      title,
      priceCents,
      categoryCode: { type: "string", maxLength: 40 },
      stock: { type: "integer", minimum: 0, maximum: 100_000 },
    },
  },
};

const changes = {
  type: "object",
  required: ["version"],
  additionalProperties: false,
  properties: { title, priceCents, version: { type: "integer", minimum: 1 } },
};

export function assignments(input: Changes, values: unknown[]): string {
  const parts: string[] = [];
  for (const [name, column] of Object.entries(COLUMN_OF)) {
    const value = input[name as keyof typeof COLUMN_OF];
    if (value === undefined) continue;
    values.push(value);
    parts.push(`${column} = $${values.length}`);
  }
  parts.push("version = version + 1");
  return parts.join(", ");
}

export const products: FastifyPluginAsync = async (app) => {
  app.get<{ Querystring: { after: string; limit: number } }>("/", { schema: { querystring: listQuery } }, async (request) => {
    const { after, limit } = request.query;
    const { rows } = await pool.query<Product>(
      `${SELECT_PRODUCTS} where seller_id = $1 and id > $2 order by id limit $3`,
      [requireSeller(request), after, limit + 1],
    );
    return pageOf(rows, limit);
  });

  app.post<{ Body: NewProduct[] }>("/", { schema: { body: newProducts } }, async (request, reply) => {
    const sellerId = requireSeller(request);
    const ids = await transaction((db) => insertProducts(db, sellerId, request.body));
    return reply.code(201).send({ ids });
  });

  app.patch<{ Params: { id: string }; Body: Changes }>("/:id", { schema: { params, body: changes } }, async (request) => {
    const values: unknown[] = [request.params.id, requireSeller(request), request.body.version];
    const set = assignments(request.body, values);
    const { rows } = await pool.query<Product>(
      `update products set ${set} where id = $1 and seller_id = $2 and version = $3 returning ${PRODUCT_COLUMNS}`,
      values,
    );
    if (rows.length === 0) throw new Refusal(409, "The product is gone or was changed by someone else");
    return rows[0];
  });

  app.post<{ Params: { id: string }; Body: { by: number } }>(
    "/:id/restock",
    {
      schema: {
        params,
        body: { type: "object", required: ["by"], properties: { by: { type: "integer", minimum: 1, maximum: 100_000 } } },
      },
    },
    async (request) => {
      const { rows } = await pool.query<{ stock: number }>(
        "update products set stock = stock + $3 where id = $1 and seller_id = $2 returning stock",
        [request.params.id, requireSeller(request), request.body.by],
      );
      if (rows.length === 0) throw new Refusal(404, "No such product");
      return rows[0];
    },
  );
};
