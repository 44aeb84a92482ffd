/** NOT NULL validated under lock. */
import type { Validation } from '../entry.js'

export const notNullUnderLock: Validation = {
  kind: 'validation',
  id: 'not-null-under-lock',
  title: 'NOT NULL validated under lock',
  severity: 'high',
  why: 'SET NOT NULL must prove that no row is null. It reads the whole table, and it holds the one lock that keeps even readers away while it does: the service is down for as long as the scan takes. A new required column without a default is worse, since it fails as soon as there is a single row.',
  looksFor:
    '`alter column … set not null` on a table from an earlier migration that no valid CHECK proves already; `add column … not null` without a default; `add constraint … not null` (Postgres 18) without NOT VALID.',
  sparesFor: [
    'A `check (c is not null)` that was validated before on the same column, which Postgres uses in place of the scan.',
    '`add column … not null default <constant>`, which writes nothing to old rows.',
    'Tables made in this migration, and columns that are NOT NULL already.',
    '`add constraint … not null c not valid`, then `validate constraint` in a later migration.',
  ],
  fix: '`add constraint c_not_null check (c is not null) not valid`; fill the old rows; `validate constraint` in a later migration; `set not null`, which is then immediate; drop the check. From Postgres 18 on NOT NULL constraints take NOT VALID themselves.',
  numbers: [
    'Since Postgres 12 a valid CHECK that excludes null spares the scan [PostgreSQL manual, ALTER TABLE: SET NOT NULL].',
    'Since Postgres 11 a column with a constant default is added without a rewrite [PostgreSQL 11 release notes].',
  ],
  siblings: [
    'check-validated-under-lock',
    'unbatched-backfill',
    'volatile-default',
    'several-strong-locks',
    'expand-and-contract',
    'lock-queue-behind-ddl',
  ],
  covers: [],
  wrong: {
    language: 'sql',
    stack: 'SQL, plain',
    text: `alter table orders add column currency text not null;
alter table customers alter column email set not null;`,
  },
  right: {
    language: 'sql',
    stack: 'SQL, three migrations',
    text: `set lock_timeout = '2s';
alter table orders add column currency text not null default 'EUR';
alter table customers add constraint customers_email_present check (email is not null) not valid;
-- in the next migration, after the old rows were filled
alter table customers validate constraint customers_email_present;
-- in the one after
set lock_timeout = '2s';
alter table customers alter column email set not null;
alter table customers drop constraint customers_email_present;`,
  },
  executedBy: 'rule',
}
