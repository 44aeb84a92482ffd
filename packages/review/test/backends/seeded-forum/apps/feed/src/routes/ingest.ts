import { zValidator } from "@hono/zod-validator"
import { Hono } from "hono"
import { timingSafeEqual } from "node:crypto"
import { z } from "zod"
import { db } from "../db/client.js"
import { feedItems } from "../db/schema.js"
import { env } from "../env.js"
import { push } from "../push.js"

const item = z.object({
  memberId: z.number().int(),
  kind: z.string().max(32),
  title: z.string().max(200),
  payload: z.record(z.unknown()),
})

function allowed(header: string | undefined): boolean {
  const given = Buffer.from(header ?? "")
  const expected = Buffer.from(env.JWT_SECRET)
  return given.length === expected.length && timingSafeEqual(given, expected)
}

export const ingest = new Hono()

ingest.post("/", zValidator("json", z.array(item).max(500)), async (c) => {
  if (!allowed(c.req.header("x-ingest-key"))) return c.json({ error: "no" }, 403)
  const items = c.req.valid("json")
  if (items.length === 0) return c.body(null, 204)
  await db.insert(feedItems).values(items.map(({ title, ...rest }) => ({ ...rest, source: "forum", payload: { ...rest.payload, title } })))
  Promise.all(items.map(({ memberId, title }) => push(memberId, title)))
  return c.body(null, 202)
})
