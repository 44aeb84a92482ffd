import { readFileSync } from "node:fs";
import { cleanEnv, makeValidator, port, str, url } from "envalid";

const secret = makeValidator((input: string) => {
  if (input.length < 16) throw new Error("too short");
  return input;
});

export const config = cleanEnv(process.env, {
  NODE_ENV: str({ choices: ["development", "test", "production"], default: "development" }),
  API_PORT: port({ default: 4000 }),
  DATABASE_URL: url(),
  JWT_KEY_ID: str(),
  JWT_PRIVATE_KEY_FILE: str(),
  WEBHOOK_SECRET: secret(),
  SHIPPING_URL: url(),
  SHIPPING_TOKEN: str(),
});

export const privateKey = readFileSync(config.JWT_PRIVATE_KEY_FILE, "utf8");
