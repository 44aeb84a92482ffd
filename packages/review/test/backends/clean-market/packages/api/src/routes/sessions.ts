import { sql } from "@market/shared/sql";
import { issueToken } from "@market/shared/tokens";
import argon2 from "argon2";
import type { FastifyPluginAsync } from "fastify";
import { config, privateKey } from "../config.ts";
import { pool, rowsOf } from "../db.ts";
import { Refusal } from "../errors.ts";

interface Credentials {
  email: string;
  password: string;
}

const PASSWORD_HELP = "password must have between 10 and 200 characters";
const absentHash = await argon2.hash("nobody has this");

const body = {
  type: "object",
  required: ["email", "password"],
  additionalProperties: false,
  properties: {
    email: { type: "string", format: "email", maxLength: 254 },
    password: { type: "string", minLength: 10, maxLength: 200, description: PASSWORD_HELP },
  },
};

export const sessions: FastifyPluginAsync = async (app) => {
  app.post<{ Body: Credentials }>(
    "/login",
    { schema: { body }, config: { public: true, rateLimit: { max: 6, timeWindow: "5 minutes" } } },
    async (request) => {
      const { email, password } = request.body;
      const [seller] = await rowsOf<{ id: string; password_hash: string }>(
        pool,
        sql`select id, password_hash from sellers where email = ${email.toLowerCase()}`,
      );
      const matches = await argon2.verify(seller?.password_hash ?? absentHash, password);
      if (!seller || !matches) throw new Refusal(401, "Wrong email or password");
      return { token: issueToken(seller.id, privateKey, config.JWT_KEY_ID) };
    },
  );
};
