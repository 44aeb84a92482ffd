import { drizzle } from "drizzle-orm/node-postgres"
import pg from "pg"
import { env } from "../env.js"
import * as schema from "./schema.js"

const pool = new pg.Pool({ connectionString: env.FEED_DATABASE_URL, max: 10 })

export const db = drizzle(pool, { schema })

export type Transaction = Parameters<Parameters<typeof db.transaction>[0]>[0]
