import { ORDER_COLUMNS } from "@market/shared/columns";
import { PAGE_MAX, pageOf } from "@market/shared/cursor";
import { allOf, sql } from "@market/shared/sql";
import type { FastifyPluginAsync } from "fastify";
import { requireSeller } from "../auth.ts";
import { pool, rowsOf } from "../db.ts";
import { placeOrder, type OrderRequest } from "../orders/place-order.ts";
import { cancelOrder, shipOrder } from "../orders/ship-order.ts";

interface Order {
  id: string;
  status: string;
  totalCents: string;
  discountCents: number;
  trackingCode: string | null;
}

const id = { type: "string", pattern: "^[0-9]{1,18}$" };
const params = { type: "object", required: ["id"], properties: { id } };

const orderBody = {
  type: "object",
  required: ["requestKey", "sellerId", "buyerEmail", "lines"],
  additionalProperties: false,
  properties: {
    requestKey: { type: "string", format: "uuid" },
    sellerId: id,
    buyerEmail: { type: "string", format: "email", maxLength: 254 },
    couponCode: { type: "string", maxLength: 40 },
    lines: {
      type: "array",
      minItems: 1,
      maxItems: 50,
      uniqueItems: true,
      items: {
        type: "object",
        required: ["productId", "quantity"],
        additionalProperties: false,
        properties: { productId: id, quantity: { type: "integer", minimum: 1, maximum: 999 } },
      },
    },
  },
};

const listQuery = {
  type: "object",
  additionalProperties: false,
  properties: {
    after: { ...id, default: "0" },
    status: { enum: ["placed", "paid", "shipped", "cancelled"] },
    limit: { type: "integer", minimum: 1, maximum: PAGE_MAX, default: 20 },
  },
};

export const orders: FastifyPluginAsync = async (app) => {
  app.post<{ Body: OrderRequest }>(
    "/",
    { schema: { body: orderBody }, config: { public: true, rateLimit: { max: 20, timeWindow: "1 minute" } } },
    async (request, reply) => reply.code(201).send(await placeOrder(request.body)),
  );

  app.get<{ Querystring: { after: string; status?: string; limit: number } }>(
    "/",
    { schema: { querystring: listQuery } },
    async (request) => {
      const { after, status, limit } = request.query;
      const conditions = [sql`seller_id = ${requireSeller(request)}`, sql`id > ${after}`];
      if (status !== undefined) conditions.push(sql`status = ${status}`);
      const { text, values } = sql`where ${allOf(conditions)} order by id limit ${limit + 1}`;
      return pageOf(await rowsOf<Order>(pool, { text: `select ${ORDER_COLUMNS} from orders ${text}`, values }), limit);
    },
  );

  app.post<{ Params: { id: string } }>("/:id/ship", { schema: { params } }, async (request) => ({
    trackingCode: await shipOrder(requireSeller(request), request.params.id),
  }));

  app.post<{ Params: { id: string } }>("/:id/cancel", { schema: { params } }, async (request, reply) => {
    await cancelOrder(requireSeller(request), request.params.id);
    return reply.code(204).send();
  });
};
