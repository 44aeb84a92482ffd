import { z } from "zod"

const schema = z.object({
  PORT: z.coerce.number().default(4100),
  FEED_DATABASE_URL: z.string().url(),
  JWT_SECRET: z.string().min(32),
  PUSH_URL: z.string().url().default("http://localhost:9001"),
})

export const env = schema.parse(process.env)
