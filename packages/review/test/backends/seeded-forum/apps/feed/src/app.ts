import { Hono } from "hono"
import { auth } from "./routes/auth.js"
import { feed } from "./routes/feed.js"
import { follows } from "./routes/follows.js"
import { ingest } from "./routes/ingest.js"

export const app = new Hono()

app.onError((error, c) => {
  console.error(error)
  return c.json({ error: "internal" }, 500)
})
app.get("/health", (c) => c.text("ok"))
app.route("/auth", auth)
app.route("/feed", feed)
app.route("/follows", follows)
app.route("/ingest", ingest)
