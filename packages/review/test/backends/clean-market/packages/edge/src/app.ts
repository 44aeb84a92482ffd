import { getConnInfo } from "@hono/node-server/conninfo"
import { zValidator } from "@hono/zod-validator"
import { Hono } from "hono"
import { rateLimiter } from "hono-rate-limiter"
import { secureHeaders } from "hono/secure-headers"
import { z } from "zod"
import { detailsOf, listByCategory, listCategories, pricesOf, stockOf, topOf } from "./catalogue.ts"
import { seller } from "./seller.ts"

const id = z.string().regex(/^\d{1,18}$/).transform(BigInt)

export const app = new Hono()

app.use(secureHeaders())
app.use(
  rateLimiter({
    windowMs: 60_000,
    limit: 600,
    keyGenerator: (c) => getConnInfo(c).remote.address ?? "unknown",
  }),
)

app.get("/health", (c) => c.json({ ok: true }))

app.get("/categories", async (c) => c.json({ items: await listCategories() }))

app.get(
  "/categories/:code/products",
  zValidator("query", z.object({ after: id.default(0n), limit: z.coerce.number().int().min(1).max(60).default(24) })),
  async (c) => {
    const { after, limit } = c.req.valid("query")
    return c.json({ items: await listByCategory(c.req.param("code"), after, limit) })
  },
)

app.get(
  "/categories/:code/top",
  zValidator(
    "query",
    z.object({
      sort: z.enum(["newest", "cheapest", "dearest"]).default("newest"),
      max: z.coerce.number().int().min(1).max(10_000_000).default(10_000_000),
    }),
  ),
  async (c) => {
    const { sort, max } = c.req.valid("query")
    return c.json({ items: await topOf(c.req.param("code"), sort, max) })
  },
)

app.get(
  "/prices",
  zValidator("query", z.object({ ids: z.string().transform((text) => text.split(",")).pipe(z.array(id).min(1).max(50)) })),
  async (c) => c.json({ items: await pricesOf(c.req.valid("query").ids) }),
)

app.get("/products/:id", zValidator("param", z.object({ id })), async (c) => {
  const product = await detailsOf(c.req.valid("param").id)
  return product ? c.json(product) : c.notFound()
})

app.get("/seller/products/:id/stock", seller, zValidator("param", z.object({ id })), async (c) => {
  const stock = await stockOf(c.get("sellerId"), c.req.valid("param").id)
  return stock === null ? c.notFound() : c.json({ stock })
})
