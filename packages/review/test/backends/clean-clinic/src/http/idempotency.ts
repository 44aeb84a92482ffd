import { createHash } from 'node:crypto';

import type { Prisma } from '@prisma/client';
import type { Request } from 'express';
import { z } from 'zod';

import { authOf } from '../auth/middleware.js';
import { badRequest, conflict } from '../lib/errors.js';
import { isUniqueViolation, prisma } from '../lib/prisma.js';
import { inTransaction, type UnitOfWork } from '../lib/transaction.js';

const IDEMPOTENCY_KEY_HEADER = 'idempotency-key';
const PENDING = 0;
const keyShape = z.string().regex(/^[\w-]{8,100}$/);

export interface Reply {
  status: number;
  body: Prisma.InputJsonObject;
}

function fingerprint(req: Request): string {
  return createHash('sha256')
    .update(`${req.method} ${req.originalUrl}\n${JSON.stringify(req.body ?? null)}`)
    .digest('hex');
}

async function storedReply(userId: string, key: string, requestHash: string): Promise<Reply | null> {
  const row = await prisma.idempotencyKey.findUnique({ where: { userId_key: { userId, key } } });
  if (!row) return null;
  if (row.requestHash !== requestHash) throw conflict('This idempotency key was used for another request');
  return { status: row.status, body: row.body as Prisma.InputJsonObject };
}

export async function idempotently(
  req: Request,
  work: (unit: UnitOfWork) => Promise<Reply>,
): Promise<Reply> {
  const parsed = keyShape.safeParse(req.get(IDEMPOTENCY_KEY_HEADER));
  if (!parsed.success) throw badRequest(`Header ${IDEMPOTENCY_KEY_HEADER} is required`);
  const { userId } = authOf(req);
  const key = parsed.data;
  const requestHash = fingerprint(req);

  const earlier = await storedReply(userId, key, requestHash);
  if (earlier) return earlier;
  try {
    return await inTransaction(async (unit) => {
      await unit.db.idempotencyKey.create({
        data: { userId, key, requestHash, status: PENDING, body: {} },
      });
      const reply = await work(unit);
      await unit.db.idempotencyKey.update({
        where: { userId_key: { userId, key } },
        data: { status: reply.status, body: reply.body },
      });
      return reply;
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    const winner = await storedReply(userId, key, requestHash);
    if (!winner) throw error;
    return winner;
  }
}
