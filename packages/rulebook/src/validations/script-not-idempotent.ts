/** Migration that cannot be run again. */
import type { Validation } from '../entry.js'

export const scriptNotIdempotent: Validation = {
  kind: 'validation',
  id: 'script-not-idempotent',
  title: 'Migration that cannot be run again',
  severity: 'medium',
  why: 'What runs outside a transaction may stop in the middle: a lost connection, a lock time-out, a unique violation at the end of an index build. Half of the file is done, the tool counts it as failed, and the second run fails at the first line, until somebody repairs it by hand at night.',
  looksFor:
    'In files that do not run in one transaction: statements that fail when repeated (`create table`, `add column`, `create index` without `if not exists`, `insert` without `on conflict`, relative changes such as `set price = price * 100`); `create index concurrently if not exists` without removal of an invalid one left behind; back-fills without a mark of what is done; files changed after they were applied.',
  sparesFor: [
    'Files in one transaction with the tool’s own record: all or nothing.',
    'One statement a file outside transactions.',
    'Guards by `if not exists`, `on conflict do nothing`, `where … is null`.',
  ],
  fix: 'Keep transactions where they are allowed; else one statement a file and guards. Drop an invalid index before it is built again. Never edit an applied file; tools compare checksums.',
  numbers: [
    '`if not exists` compares the name only: 1 invalid or different index of that name counts as present [PostgreSQL manual, CREATE INDEX].',
  ],
  siblings: [
    'concurrently-in-transaction',
    'migration-race-at-boot',
    'index-without-concurrently',
    'identifier-too-long',
  ],
  covers: ['not idempotent scripts'],
  wrong: {
    language: 'sql',
    stack: 'SQL, outside a transaction',
    text: `create index concurrently orders_at_idx on orders (placed_at);
alter table prices add column cents bigint;
update prices set amount = amount * 100;`,
  },
  right: {
    language: 'sql',
    stack: 'SQL, three files',
    text: `drop index concurrently if exists orders_at_idx;
create index concurrently orders_at_idx on orders (placed_at);
-- second file
set lock_timeout = '2s';
alter table prices add column if not exists cents bigint;
-- third file, repeated until it changes nothing
update prices set cents = round(amount * 100)
 where id = any (array(select id from prices where cents is null limit 5000));`,
  },
  executedBy: 'by-hand',
}
