import assert from "node:assert/strict";
import { test } from "node:test";
import { chunks } from "../src/chunks.ts";
import { pageOf } from "../src/cursor.ts";
import { retrying } from "../src/retry.ts";

test("a page names its successor only when there is one", () => {
  const rows = [{ id: "1" }, { id: "2" }, { id: "3" }];
  assert.deepEqual(pageOf(rows, 2), { items: rows.slice(0, 2), next: "2" });
  assert.equal(pageOf(rows, 3).next, null);
});

test("chunks hold everything once", () => {
  assert.deepEqual(chunks([1, 2, 3, 4, 5], 2), [[1, 2], [3, 4], [5]]);
});

test("a write conflict is tried again, a bounded number of times", async () => {
  let calls = 0;
  const conflict = Object.assign(new Error("conflict"), { code: "40001" });
  await assert.rejects(
    retrying(async () => {
      calls += 1;
      throw conflict;
    }),
    conflict,
  );
  assert.equal(calls, 3);
});
