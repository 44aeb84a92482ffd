/** CHECK validated under lock. */
import type { Validation } from '../entry.js'

export const checkValidatedUnderLock: Validation = {
  kind: 'validation',
  id: 'check-validated-under-lock',
  title: 'CHECK validated under lock',
  severity: 'high',
  why: 'A CHECK is added in an instant and proven by reading every row. Adding and proving in one statement does both under the strongest lock there is, so that a rule about new data stops all reading of old data. The two halves can be had apart, and the second needs no such lock.',
  looksFor:
    '`add constraint … check (…)` without NOT VALID on a table from an earlier migration, also as part of `add column … check`; and `validate constraint` in the same transaction that added it, where the strong lock is still held.',
  sparesFor: [
    '`not valid`, with `validate constraint` in another migration or after a COMMIT.',
    '`not enforced` (Postgres 18), tables made in this migration, and domains.',
    '`validate constraint` alone: it takes SHARE UPDATE EXCLUSIVE.',
  ],
  fix: 'Add it NOT VALID, which binds new rows at once; look for old rows that break it and mend them; validate in a later migration.',
  numbers: [
    'VALIDATE CONSTRAINT takes SHARE UPDATE EXCLUSIVE, under which reads and writes go on; ADD CONSTRAINT … CHECK takes ACCESS EXCLUSIVE, level 8 of 8 [PostgreSQL manual, ALTER TABLE and Explicit Locking].',
  ],
  siblings: [
    'not-null-under-lock',
    'foreign-key-validated-under-lock',
    'missing-lock-timeout',
    'lock-queue-behind-ddl',
  ],
  covers: [],
  wrong: {
    language: 'sql',
    stack: 'SQL, plain',
    text: `alter table items
  add constraint items_stock_positive check (stock >= 0);`,
  },
  right: {
    language: 'sql',
    stack: 'SQL, two migrations',
    text: `set lock_timeout = '2s';
alter table items add constraint items_stock_positive check (stock >= 0) not valid;
-- in the next migration
alter table items validate constraint items_stock_positive;`,
  },
  executedBy: 'rule',
}
