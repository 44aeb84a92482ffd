import helmet from "@fastify/helmet";
import rateLimit from "@fastify/rate-limit";
import Fastify, { type FastifyInstance } from "fastify";
import { auth } from "./auth.ts";
import { pool } from "./db.ts";
import { orders } from "./routes/orders.ts";
import { products } from "./routes/products.ts";
import { sessions } from "./routes/sessions.ts";
import { webhooks } from "./routes/webhooks.ts";

export async function buildApp(): Promise<FastifyInstance> {
  const app = Fastify({
    logger: { redact: ["req.headers.authorization"] },
    bodyLimit: 512 * 1024,
    requestTimeout: 20_000,
    trustProxy: 1,
  });
  await app.register(helmet);
  await app.register(rateLimit, { max: 300, timeWindow: "1 minute" });
  await app.register(auth);

  app.get("/health", { config: { public: true } }, async () => {
    await pool.query("select 1");
    return { ok: true };
  });
  await app.register(sessions, { prefix: "/sessions" });
  await app.register(products, { prefix: "/products" });
  await app.register(orders, { prefix: "/orders" });
  await app.register(webhooks, { prefix: "/webhooks" });
  return app;
}
