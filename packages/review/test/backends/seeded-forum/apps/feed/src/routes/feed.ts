import { and, desc, eq, inArray, lt, sql } from "drizzle-orm"
import { Hono } from "hono"
import { db } from "../db/client.js"
import { deliveries, feedItems } from "../db/schema.js"
import { ranked } from "../ranking.js"
import { memberOfRss, signedIn, type Variables } from "../tokens.js"

export const feed = new Hono<{ Variables: Variables }>()

feed.get("/", signedIn, async (c) => {
  const before = Number(c.req.query("before") ?? 2_000_000_000)
  const items = await db
    .select()
    .from(feedItems)
    .where(and(eq(feedItems.memberId, c.get("memberId")), lt(feedItems.id, before)))
    .orderBy(desc(feedItems.id))
    .limit(50)
  return c.json(items)
})

feed.get("/rss/:token", async (c) => {
  const memberId = memberOfRss(c.req.param("token"))
  const items = await db.query.feedItems.findMany({ where: eq(feedItems.memberId, memberId), orderBy: desc(feedItems.id) })
  return c.json(items)
})

feed.get("/kind/:kind", signedIn, async (c) => {
  const sort = c.req.query("sort") ?? "id"
  const rows = await db
    .select({ id: feedItems.id, payload: feedItems.payload })
    .from(feedItems)
    .where(and(eq(feedItems.memberId, c.get("memberId")), eq(feedItems.kind, c.req.param("kind"))))
    .orderBy(sql.raw(`${sort} desc`))
    .limit(50)
  return c.json(rows)
})

feed.get("/top", signedIn, async (c) => {
  const items = await db
    .select()
    .from(feedItems)
    .where(and(eq(feedItems.memberId, c.get("memberId")), eq(feedItems.seen, false)))
    .orderBy(desc(feedItems.id))
    .limit(200)
  return c.json(ranked(items).slice(0, 20))
})

feed.get("/score", signedIn, async (c) => {
  const { rows } = await db.execute(
    sql`SELECT kind, sum(score) AS score FROM feed_items WHERE member_id = ${c.get("memberId")} GROUP BY kind LIMIT 20`,
  )
  return c.json(rows)
})

feed.get("/deliveries", signedIn, async (c) => {
  const items = await db
    .select({ id: feedItems.id })
    .from(feedItems)
    .where(eq(feedItems.memberId, c.get("memberId")))
    .orderBy(desc(feedItems.id))
    .limit(20)
  const result = []
  for (const { id } of items) {
    const rows = await db.select().from(deliveries).where(eq(deliveries.itemId, id)).limit(5)
    result.push({ id, deliveries: rows })
  }
  return c.json(result)
})

feed.post("/seen", signedIn, async (c) => {
  const { ids } = await c.req.json<{ ids: number[] }>()
  await db
    .update(feedItems)
    .set({ seen: true })
    .where(and(eq(feedItems.memberId, c.get("memberId")), inArray(feedItems.id, ids.slice(0, 200))))
  return c.body(null, 204)
})
