import { setTimeout as delay } from 'node:timers/promises';

import { Prisma } from '@prisma/client';

import { logger } from './logger.js';
import { isWriteConflict, prisma, type Db } from './prisma.js';

type Effect = () => Promise<unknown>;

export interface UnitOfWork {
  db: Db;
  afterCommit(effect: Effect): void;
}

async function runEffects(effects: Effect[]): Promise<void> {
  const results = await Promise.allSettled(effects.map((effect) => effect()));
  for (const result of results) {
    if (result.status === 'rejected') {
      logger.error({ err: result.reason }, 'after-commit effect failed');
    }
  }
}

export async function inTransaction<T>(
  work: (unit: UnitOfWork) => Promise<T>,
  options: { isolationLevel?: Prisma.TransactionIsolationLevel } = {},
): Promise<T> {
  const effects: Effect[] = [];
  const result = await prisma.$transaction(
    (db) => work({ db, afterCommit: (effect) => effects.push(effect) }),
    options,
  );
  await runEffects(effects);
  return result;
}

const MAX_ATTEMPTS = 4;

export async function inSerializable<T>(work: (unit: UnitOfWork) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await inTransaction(work, {
        isolationLevel: Prisma.TransactionIsolationLevel.Serializable,
      });
    } catch (error) {
      if (!isWriteConflict(error) || attempt >= MAX_ATTEMPTS) throw error;
      await delay(20 * 2 ** attempt + Math.random() * 20);
    }
  }
}
