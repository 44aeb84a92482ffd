import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { issueToken, sellerOf } from "../src/tokens.ts";

const { privateKey, publicKey } = generateKeyPairSync("ec", {
  namedCurve: "P-256",
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
});

test("a token names its seller", () => {
  assert.equal(sellerOf(issueToken("42", privateKey, "test"), { test: publicKey }), "42");
});

test("a token of an unknown key names nobody", () => {
  const token = issueToken("42", privateKey, "other");
  assert.equal(sellerOf(token, { test: publicKey }), null);
});

test("an unsigned token names nobody", () => {
  const token = "eyJhbGciOiJub25lIiwia2lkIjoidGVzdCJ9.eyJzdWIiOiI0MiJ9.";
  assert.equal(sellerOf(token, { test: publicKey }), null);
});
