/** Strong locks held together, or work behind one. */
import type { Validation } from '../entry.js'

export const severalStrongLocks: Validation = {
  kind: 'validation',
  id: 'several-strong-locks',
  title: 'Strong locks held together, or work behind one',
  severity: 'high',
  why: 'Locks last until the end of the transaction. A migration that alters three tables in one keeps the first locked while it waits for the third, and takes them in another order than the service does: a deadlock, in which the service may be the one that loses. A scan behind an ALTER runs under its lock, however harmless it is by itself.',
  looksFor:
    'In one transaction: ACCESS EXCLUSIVE or SHARE ROW EXCLUSIVE locks on two or more existing tables (foreign keys take two by themselves); after an ACCESS EXCLUSIVE lock any statement that takes time: UPDATE, `create index`, `validate constraint`, SELECT over a large table, a call of a function; files in which a tool wraps all migrations of a release in one transaction.',
  sparesFor: [
    'Tables made in the same transaction.',
    'One ALTER TABLE with several sub-commands that only change the catalogue.',
    'Statements that each commit by themselves (no wrapping transaction).',
    'Swaps of names in one short transaction, where atomicity is the point.',
  ],
  fix: 'One strong lock a transaction, as its last statement, with `lock_timeout`. Split files; put data changes and scans into others. Foreign keys NOT VALID one by one.',
  numbers: [
    'deadlock_timeout is 1 s by default: so long both sides wait before one is ended with 40P01 [PostgreSQL manual, Lock Management].',
  ],
  siblings: [
    'missing-lock-timeout',
    'lock-queue-behind-ddl',
    'foreign-key-validated-under-lock',
    'unbatched-backfill',
  ],
  covers: ['several locks in one transaction', 'statements after an ACCESS EXCLUSIVE lock'],
  wrong: {
    language: 'sql',
    stack: 'SQL, wrapped in one transaction by the tool',
    text: `alter table customers add column region text;
alter table orders add column region text;
update orders set region = 'eu' where placed_at > '2025-01-01';`,
  },
  right: {
    language: 'sql',
    stack: 'SQL, three migrations and a job',
    text: `set local lock_timeout = '2s';
alter table customers add column region text;
-- second migration
set local lock_timeout = '2s';
alter table orders add column region text;
-- then a job in batches: update orders set region = …`,
  },
  executedBy: 'by-hand',
}
