import { Prisma } from '@prisma/client';

import { prisma, type Db } from '../lib/prisma.js';
import { messageShapes, type Payload, type Topic } from './messages.js';

export async function enqueue<T extends Topic>(db: Db, topic: T, payload: Payload<T>): Promise<void> {
  await db.outboxMessage.create({ data: { topic, payload: messageShapes[topic].parse(payload) } });
}

export interface ClaimedMessage {
  id: string;
  topic: string;
  payload: unknown;
  attempts: number;
}

const LEASE_SECONDS = 60;
export const MAX_ATTEMPTS = 8;
const BATCH = 20;

const isDue = Prisma.sql`done_at IS NULL AND available_at <= now() AND attempts < ${MAX_ATTEMPTS}`;

export function claimBatch(): Promise<ClaimedMessage[]> {
  return prisma.$queryRaw<ClaimedMessage[]>`
    UPDATE outbox_messages
       SET attempts = attempts + 1,
           available_at = now() + make_interval(secs => ${LEASE_SECONDS})
     WHERE id IN (
       SELECT id FROM outbox_messages
        WHERE ${isDue}
        ORDER BY available_at
        LIMIT ${BATCH}
        FOR UPDATE SKIP LOCKED
     )
    RETURNING id, topic, payload, attempts`;
}

export async function markDone(id: string): Promise<void> {
  await prisma.outboxMessage.updateMany({ where: { id, doneAt: null }, data: { doneAt: new Date() } });
}

export async function markFailed(message: ClaimedMessage, error: unknown): Promise<void> {
  const backoffMs = Math.min(5_000 * 2 ** message.attempts, 3_600_000);
  await prisma.outboxMessage.updateMany({
    where: { id: message.id, doneAt: null },
    data: {
      availableAt: new Date(Date.now() + backoffMs),
      lastError: (error instanceof Error ? error.message : String(error)).slice(0, 500),
    },
  });
}

const RETENTION_DAYS = 30;
const PURGE_CHUNK = 1_000;

export async function purgeDone(signal: AbortSignal): Promise<number> {
  let total = 0;
  while (!signal.aborted) {
    const removed = await prisma.$executeRaw`
      DELETE FROM outbox_messages
       WHERE id IN (
         SELECT id FROM outbox_messages
          WHERE done_at < now() - make_interval(days => ${RETENTION_DAYS})
          LIMIT ${PURGE_CHUNK}
       )`;
    total += removed;
    if (removed < PURGE_CHUNK) break;
  }
  return total;
}
