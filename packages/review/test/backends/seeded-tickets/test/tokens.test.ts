import jwt from "jsonwebtoken";
import { describe, expect, it } from "vitest";
import { issueAccessToken, readAccessToken } from "../src/lib/tokens";

const TEST_SECRET = "not-the-real-secret";

describe("tokens", () => {
  it("reads back what it issued", () => {
    const claims = readAccessToken(issueAccessToken(7, "CUSTOMER"));
    expect(claims.sub).toBe("7");
    expect(claims.role).toBe("CUSTOMER");
  });

  it("refuses a token signed with another secret", () => {
    const forged = jwt.sign({ role: "ADMIN" }, TEST_SECRET, { subject: "1", expiresIn: "1m" });
    expect(() => readAccessToken(forged)).toThrow();
  });
});
