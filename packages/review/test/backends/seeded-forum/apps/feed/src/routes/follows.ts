import { and, count, eq } from "drizzle-orm"
import { Hono } from "hono"
import { db } from "../db/client.js"
import { feedItems, follows as table } from "../db/schema.js"
import { push } from "../push.js"
import { signedIn, type Variables } from "../tokens.js"

const MAX_FOLLOWS = 500

export const follows = new Hono<{ Variables: Variables }>()

follows.use(signedIn)

follows.get("/", async (c) => {
  const rows = await db.select().from(table).where(eq(table.followerId, c.get("memberId"))).limit(MAX_FOLLOWS)
  return c.json(rows)
})

follows.get("/followers", async (c) => {
  const followers = await db.select({ id: table.followerId }).from(table).where(eq(table.targetId, c.get("memberId")))
  return c.json(followers)
})

follows.post("/:id", async (c) => {
  const targetId = Number(c.req.param("id"))
  const followerId = c.get("memberId")
  const [{ total }] = await db.select({ total: count() }).from(table).where(eq(table.followerId, followerId))
  if (total >= MAX_FOLLOWS) return c.json({ error: "too many" }, 409)
  await db.transaction(async (tx) => {
    await tx.insert(table).values({ followerId, targetId }).onConflictDoNothing()
    await tx.insert(feedItems).values({ memberId: targetId, kind: "follow", source: "feed", payload: { followerId } })
    await push(targetId, "You have a new follower")
  })
  return c.body(null, 204)
})

follows.delete("/:id", async (c) => {
  await db.delete(table).where(and(eq(table.followerId, c.get("memberId")), eq(table.targetId, Number(c.req.param("id")))))
  return c.body(null, 204)
})
