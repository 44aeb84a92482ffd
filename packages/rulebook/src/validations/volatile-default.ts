/** Volatile default. */
import type { Validation } from '../entry.js'

export const volatileDefault: Validation = {
  kind: 'validation',
  id: 'volatile-default',
  title: 'Volatile default',
  severity: 'high',
  why: 'A column with a constant default is added without touching a row. If the default differs by row, Postgres must compute and store it for every row now, and it writes the whole table anew under a lock that excludes readers. The two statements look the same in review, down to the brackets.',
  looksFor:
    '`add column` on a table from an earlier migration with a default that calls a volatile function (`gen_random_uuid()`, `uuid_generate_v4()`, `random()`, `clock_timestamp()`, `nextval(…)`, a volatile function of one’s own), with type `serial` or an identity, or as a stored generated column.',
  sparesFor: [
    "Constants and stable functions: `now()`, `current_timestamp`, `'{}'::jsonb`, `0`.",
    '`add column` without a default, then `alter column … set default`, which holds for new rows.',
    'Virtual generated columns (Postgres 18).',
    '`add column if not exists` where it exists, and tables of this migration.',
  ],
  fix: 'Three steps: add the column without a default, set the default for new rows, fill the old rows in batches. For a new key of old rows the same, then a unique index concurrently.',
  numbers: [
    'Since Postgres 11 a default that is not volatile is kept once in the catalogue (attmissingval) and costs 0 writes [PostgreSQL manual, ALTER TABLE: Notes].',
  ],
  siblings: ['not-null-under-lock', 'unbatched-backfill', 'type-change-with-rewrite', 'numeric-ids-exposed'],
  covers: [],
  wrong: {
    language: 'sql',
    stack: 'Drizzle migration',
    text: `ALTER TABLE "orders"
  ADD COLUMN "public_id" uuid DEFAULT gen_random_uuid() NOT NULL;`,
  },
  right: {
    language: 'sql',
    stack: 'Drizzle, custom migrations',
    text: `SET lock_timeout = '2s';--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "public_id" uuid;--> statement-breakpoint
ALTER TABLE "orders" ALTER COLUMN "public_id" SET DEFAULT gen_random_uuid();
-- then a job fills old rows in batches of 5,000; NOT NULL follows by a CHECK that is validated apart`,
  },
  executedBy: 'rule',
}
