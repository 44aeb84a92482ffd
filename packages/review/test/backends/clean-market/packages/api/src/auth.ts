import { sellerOf } from "@market/shared/tokens";
import type { FastifyRequest } from "fastify";
import fp from "fastify-plugin";
import { Refusal } from "./errors.ts";

declare module "fastify" {
  interface FastifyRequest {
    sellerId: string | null;
  }
  interface FastifyContextConfig {
    public?: boolean;
  }
}

export const auth = fp(async (app) => {
  app.decorateRequest("sellerId", null);
  app.addHook("onRequest", async (request) => {
    if (request.routeOptions.config?.public) return;
    const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? "")?.[1];
    request.sellerId = token === undefined ? null : sellerOf(token);
    if (request.sellerId === null) throw new Refusal(401, "Sign in first");
  });
});

export function requireSeller(request: FastifyRequest): string {
  if (request.sellerId === null) throw new Refusal(401, "Sign in first");
  return request.sellerId;
}
