import assert from "node:assert/strict";
import { test } from "node:test";
import { allOf, identifier, sql } from "../src/sql.ts";

test("values become placeholders", () => {
  const name = "'; drop table products; --";
  assert.deepEqual(sql`select 1 where title = ${name}`, { text: "select 1 where title = $1", values: [name] });
});

test("nested statements are renumbered", () => {
  const where = allOf([sql`a = ${1}`, sql`b = ${2}`, sql`c = any(${[3]})`]);
  assert.deepEqual(where, { text: "a = $1 and b = $2 and c = any($3)", values: [1, 2, [3]] });
});

test("identifiers are quoted", () => {
  assert.equal(sql`select ${identifier('a"b')}`.text, 'select "a""b"');
});
