/** Partition attached or detached under a strong lock. */
import type { Validation } from '../entry.js'

export const partitionOperationUnderLock: Validation = {
  kind: 'validation',
  id: 'partition-operation-under-lock',
  title: 'Partition attached or detached under a strong lock',
  severity: 'medium',
  why: 'ATTACH must prove that each row belongs into the partition and reads all of it, while the default partition is locked and read too; DETACH locks the parent against everybody, and so does CREATE TABLE … PARTITION OF. What should be a matter of the catalogue stops the table at midnight, when the job runs.',
  looksFor:
    '`attach partition` of a filled table without a CHECK that proves its bounds, or with a default partition that has no CHECK excluding them; `detach partition` without `concurrently`; `drop table` of an attached partition; `create table … partition of` on a busy parent without `lock_timeout`; `create index` on the parent; no partition made ahead (inserts fail or fall into the default); unique constraints without the partition key.',
  sparesFor: [
    'ATTACH after a CHECK was added NOT VALID and validated, dropped afterwards.',
    '`detach partition … concurrently` outside a transaction, then `drop table`.',
    'Empty partitions attached, parents without traffic, pg_partman.',
  ],
  fix: 'Fill beside, add and validate a CHECK equal to the bounds, attach, drop the CHECK. Detach concurrently, then drop. Make partitions some periods ahead and alert when fewer are left.',
  numbers: [
    'ATTACH takes SHARE UPDATE EXCLUSIVE on the parent and ACCESS EXCLUSIVE on the table attached and on the default; CONCURRENTLY for DETACH exists since version 14 [PostgreSQL manual, ALTER TABLE].',
  ],
  siblings: [
    'concurrently-in-transaction',
    'check-validated-under-lock',
    'partitioning',
    'unbatched-backfill',
  ],
  covers: ['partition operations'],
  wrong: {
    language: 'sql',
    stack: 'SQL',
    text: `alter table events attach partition events_2026_03
  for values from ('2026-03-01') to ('2026-04-01');
alter table events detach partition events_2024_03;
drop table events_2024_03;`,
  },
  right: {
    language: 'sql',
    stack: 'SQL, two migrations without a transaction',
    text: `set lock_timeout = '2s';
alter table events_2026_03 add constraint in_bounds
  check (at >= '2026-03-01' and at < '2026-04-01' and at is not null) not valid;
-- in the next migration
alter table events_2026_03 validate constraint in_bounds;
set lock_timeout = '2s';
alter table events attach partition events_2026_03
  for values from ('2026-03-01') to ('2026-04-01');
alter table events_2026_03 drop constraint in_bounds;
alter table events detach partition events_2024_03 concurrently;
drop table events_2024_03;`,
  },
  executedBy: 'by-hand',
}
