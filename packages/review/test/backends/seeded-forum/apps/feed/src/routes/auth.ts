import { zValidator } from "@hono/zod-validator"
import bcrypt from "bcryptjs"
import { eq } from "drizzle-orm"
import { Hono } from "hono"
import { rateLimiter } from "hono-rate-limiter"
import { z } from "zod"
import { db } from "../db/client.js"
import { members } from "../db/schema.js"
import { memberToken, rssToken, signedIn, type Variables } from "../tokens.js"

const limiter = rateLimiter({
  windowMs: 60_000,
  limit: 10,
  keyGenerator: (c) => c.req.header("x-forwarded-for") ?? "unknown",
})

const credentials = z.object({ email: z.string().email(), password: z.string().min(10).max(200) })

export const auth = new Hono<{ Variables: Variables }>()

auth.post("/register", limiter, zValidator("json", credentials.extend({ displayName: z.string().min(1) })), async (c) => {
  const { email, password, displayName } = c.req.valid("json")
  const passwordHash = await bcrypt.hash(password, 12)
  const [member] = await db
    .insert(members)
    .values({ email: email.toLowerCase(), displayName, passwordHash })
    .onConflictDoNothing()
    .returning({ id: members.id })
  if (!member) return c.json({ error: "registered already" }, 409)
  return c.json({ token: memberToken(member.id) }, 201)
})

auth.post("/login", limiter, zValidator("json", credentials), async (c) => {
  const { email, password } = c.req.valid("json")
  const [member] = await db.select().from(members).where(eq(members.email, email.toLowerCase())).limit(1)
  if (!member || !(await bcrypt.compare(password, member.passwordHash))) {
    return c.json({ error: "wrong address or password" }, 401)
  }
  return c.json({ token: memberToken(member.id) })
})

auth.post("/rss", signedIn, (c) => c.json({ token: rssToken(c.get("memberId")) }))
