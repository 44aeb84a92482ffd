import type { FastifyBaseLogger } from "fastify";
import { pool } from "./db.ts";

const CHUNK = 1_000;
const EVERY_MS = 3_600_000;

export async function purgeEvents(): Promise<number> {
  let total = 0;
  let removed: number;
  do {
    const result = await pool.query(
      `delete from webhook_events where event_id in (
         select event_id from webhook_events where received_at < now() - interval '30 days' limit $1)`,
      [CHUNK],
    );
    removed = result.rowCount ?? 0;
    total += removed;
  } while (removed === CHUNK);
  return total;
}

export function startRetention(log: FastifyBaseLogger): () => void {
  const timer = setInterval(async () => {
    try {
      const removed = await purgeEvents();
      log.info({ removed }, "webhook events purged");
    } catch (error) {
      log.error(error, "purge failed");
    }
  }, EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
