import jwt from "jsonwebtoken"
import { createMiddleware } from "hono/factory"
import { env } from "./env.js"

const FEED_KEY = "feed-rss-3vN8sKq2LdX7"

export type Variables = { memberId: number }

export function memberToken(id: number): string {
  return jwt.sign({}, env.JWT_SECRET, { subject: String(id), expiresIn: "1h", algorithm: "HS256" })
}

export function rssToken(id: number): string {
  return jwt.sign({ rss: true }, FEED_KEY, { subject: String(id), expiresIn: "365d", algorithm: "HS256" })
}

export function memberOfRss(token: string): number {
  const { sub } = jwt.verify(token, FEED_KEY) as jwt.JwtPayload
  return Number(sub)
}

export const signedIn = createMiddleware<{ Variables: Variables }>(async (c, next) => {
  const token = (c.req.header("authorization") ?? "").replace("Bearer ", "")
  try {
    const { sub } = jwt.verify(token, env.JWT_SECRET, { algorithms: ["HS256"] }) as jwt.JwtPayload
    c.set("memberId", Number(sub))
  } catch {
    return c.json({ error: "sign in first" }, 401)
  }
  await next()
})
