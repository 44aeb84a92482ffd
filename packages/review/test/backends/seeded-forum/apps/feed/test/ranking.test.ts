import assert from "node:assert/strict"
import { test } from "node:test"
import { decayed, ranked } from "../src/ranking.js"

const now = new Date("2024-06-01T12:00:00Z")

test("a score halves in twelve hours", () => {
  const item = { id: 1, score: 8, createdAt: new Date("2024-06-01T00:00:00Z") }
  assert.equal(decayed(item, now), 4)
})

test("a new item passes an old one of the same score", () => {
  const old = { id: 1, score: 5, createdAt: new Date("2024-05-30T12:00:00Z") }
  const recent = { id: 2, score: 5, createdAt: now }
  assert.deepEqual(ranked([old, recent], now).map((item) => item.id), [2, 1])
})
