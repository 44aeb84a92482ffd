import { serve } from "@hono/node-server"
import { app } from "./app.js"
import { env } from "./env.js"
import { startDigests } from "./jobs/digests.js"

serve({ fetch: app.fetch, port: env.PORT })
startDigests()
