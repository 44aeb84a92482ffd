import { createHmac, timingSafeEqual } from "node:crypto";
import type { FastifyPluginAsync } from "fastify";
import rawBody from "fastify-raw-body";
import { config } from "../config.ts";
import { transaction } from "../db.ts";
import { Refusal } from "../errors.ts";

interface PaymentEvent {
  id: string;
  orderId: string;
}

const SIGNATURE = /^sha256=([0-9a-f]{64})$/;

const body = {
  type: "object",
  required: ["id", "orderId"],
  properties: { id: { type: "string", maxLength: 100 }, orderId: { type: "string", pattern: "^[0-9]{1,18}$" } },
};

export function isSigned(payload: string, header: string, secret: string): boolean {
  const given = SIGNATURE.exec(header)?.[1];
  if (given === undefined) return false;
  const expected = createHmac("sha256", secret).update(payload).digest();
  return timingSafeEqual(Buffer.from(given, "hex"), expected);
}

export const webhooks: FastifyPluginAsync = async (app) => {
  await app.register(rawBody, { global: false, encoding: "utf8" });

  app.post<{ Body: PaymentEvent }>(
    "/payments",
    { schema: { body }, config: { public: true, rawBody: true } },
    async (request, reply) => {
      const signature = String(request.headers["x-signature"] ?? "");
      if (!isSigned(String(request.rawBody ?? ""), signature, config.WEBHOOK_SECRET)) throw new Refusal(401, "Bad signature");
      const { id, orderId } = request.body;
      await transaction(async (db) => {
        const { rowCount } = await db.query("insert into webhook_events (event_id) values ($1) on conflict do nothing", [id]);
        if (rowCount === 0) return;
        await db.query("update orders set status = 'paid' where id = $1 and status = 'placed'", [orderId]);
      });
      return reply.code(204).send();
    },
  );
};
