import { describe, expect, it } from "vitest";
import { deriveResetCode, newSalt, sameCode } from "../src/lib/passwords";

describe("reset codes", () => {
  it("derives the same from the same", () => {
    const salt = newSalt();
    expect(sameCode(deriveResetCode("12345678", salt), deriveResetCode("12345678", salt))).toBe(true);
  });

  it("does not take another code", () => {
    const salt = newSalt();
    expect(sameCode(deriveResetCode("12345678", salt), deriveResetCode("87654321", salt))).toBe(false);
  });
});
