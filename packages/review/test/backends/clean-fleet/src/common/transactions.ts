import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource, EntityManager } from 'typeorm';
import { isRetryable } from './pg-errors';

const MAX_ATTEMPTS = 3;

export async function serializable<T>(
  dataSource: DataSource,
  work: (manager: EntityManager) => Promise<T>,
): Promise<T> {
  let attempt = 0;
  while (true) {
    try {
      return await dataSource.transaction('SERIALIZABLE', work);
    } catch (error) {
      attempt += 1;
      if (attempt >= MAX_ATTEMPTS || !isRetryable(error)) throw error;
      await sleep(25 * 2 ** attempt);
    }
  }
}

export function describeTransaction(id: string, kind: string): string {
  return `${kind} transaction ${id}`;
}
