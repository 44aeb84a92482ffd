import { describe, expect, it } from "vitest";
import { pageArgs, pageQuery } from "../src/lib/pagination";

describe("pageQuery", () => {
  it("has a default and a ceiling", () => {
    expect(pageQuery.parse({}).limit).toBe(25);
    expect(() => pageQuery.parse({ limit: "5000" })).toThrow();
  });

  it("skips the row of the cursor", () => {
    expect(pageArgs({ limit: 10, cursor: 5 })).toEqual({ take: 10, skip: 1, cursor: { id: 5 } });
  });
});
