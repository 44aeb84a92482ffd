import { serve } from "@hono/node-server"
import { app } from "./app.ts"
import { pool } from "./db.ts"
import { env } from "./env.ts"

const server = serve({ fetch: app.fetch, port: env.EDGE_PORT })

process.once("SIGTERM", () => {
  server.close(() => {
    pool.end().catch((error: unknown) => console.error("pool did not end", error))
  })
})
