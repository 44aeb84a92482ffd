import { Prisma } from '@prisma/client';

import { prisma } from '../lib/prisma.js';

const CHUNK = 1_000;

const RULES = [
  { table: Prisma.raw('refresh_tokens'), expired: Prisma.sql`expires_at < now() - interval '7 days'` },
  { table: Prisma.raw('idempotency_keys'), expired: Prisma.sql`created_at < now() - interval '48 hours'` },
] as const;

export async function purgeExpired(signal: AbortSignal): Promise<number> {
  let total = 0;
  for (const { table, expired } of RULES) {
    let removed: number;
    do {
      removed = await prisma.$executeRaw`
        DELETE FROM ${table}
         WHERE ctid = ANY (ARRAY(SELECT ctid FROM ${table} WHERE ${expired} LIMIT ${CHUNK}))`;
      total += removed;
    } while (removed === CHUNK && !signal.aborted);
  }
  return total;
}
