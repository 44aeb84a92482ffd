import assert from "node:assert/strict";
import { test } from "node:test";

Object.assign(process.env, {
  DATABASE_URL: "postgres://market:secret@localhost:5432/market",
  JWT_KEY_ID: "test",
  JWT_PRIVATE_KEY_FILE: "/dev/null",
  WEBHOOK_SECRET: "whsec_test_0000000000000000",
  SHIPPING_URL: "http://localhost:4100",
  SHIPPING_TOKEN: "test-token",
});

const { assignments } = await import("../src/routes/products.ts");
const { isSigned } = await import("../src/routes/webhooks.ts");

test("only known columns are assigned, by placeholder", () => {
  const values: unknown[] = ["1", "2", 3];
  assert.equal(assignments({ title: "x' --", version: 3 }, values), "title = $4, version = version + 1");
  assert.deepEqual(values, ["1", "2", 3, "x' --"]);
});

test("a signature holds for its payload only", () => {
  const secret = "test-secret";
  const header = "sha256=b66cff55eb73e1a7d4b2c2ba7dd2d2f54e5f9eec9a7a1b2c3d4e5f60718293a4";
  assert.equal(isSigned("{}", header, secret), false);
  assert.equal(isSigned("{}", "sha256=short", secret), false);
});
