import { drizzle } from "drizzle-orm/node-postgres"
import pg from "pg"
import { env } from "./env.ts"

export const pool = new pg.Pool({
  connectionString: env.DATABASE_URL,
  max: 8,
  connectionTimeoutMillis: 2_000,
  statement_timeout: 4_000,
})
pool.on("error", (error) => console.error("idle connection lost", error.message))

export const db = drizzle(pool)
