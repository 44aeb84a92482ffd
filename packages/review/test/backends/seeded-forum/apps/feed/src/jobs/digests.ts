import { and, asc, gt, isNull, eq } from "drizzle-orm"
import { db } from "../db/client.js"
import { digests } from "../db/schema.js"
import { push } from "../push.js"

const BATCH = 200

async function sendDue(): Promise<number> {
  let last = 0
  let sent = 0
  for (;;) {
    const due = await db
      .select()
      .from(digests)
      .where(and(isNull(digests.sentAt), gt(digests.id, last)))
      .orderBy(asc(digests.id))
      .limit(BATCH)
    if (due.length === 0) return sent
    for (const digest of due) {
      await push(digest.memberId, "Your week in the forum")
      await db.update(digests).set({ sentAt: new Date() }).where(eq(digests.id, digest.id))
      sent++
    }
    last = due[due.length - 1].id
  }
}

export function startDigests(): void {
  const timer = setInterval(() => {
    sendDue().catch((error) => console.error("digests", error))
  }, 60_000)
  timer.unref()
}
