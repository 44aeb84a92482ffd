/** Unique validated under lock. */
import type { Validation } from '../entry.js'

export const uniqueUnderLock: Validation = {
  kind: 'validation',
  id: 'unique-under-lock',
  title: 'Unique validated under lock',
  severity: 'high',
  why: 'ADD CONSTRAINT … UNIQUE and PRIMARY KEY build their index inside the ALTER TABLE, hence under its lock, which excludes readers too. It is the same index that could have been built while everybody works; and where a duplicate is found at the end, all of the waiting was for nothing.',
  looksFor:
    '`add constraint … unique (…)` or `primary key (…)` without `using index`, or `add column … unique`, on a table from an earlier migration.',
  sparesFor: [
    '`add constraint … unique using index i`, where `i` was built concurrently.',
    '`create unique index concurrently` without a constraint: it guards as well.',
    'Tables of this migration, temporary tables, small ones by the settings.',
  ],
  fix: 'Look for duplicates first. `create unique index concurrently` outside a transaction, then `add constraint … unique using index`, which takes the lock for a moment only. For a primary key the columns must be NOT NULL before, else the statement scans for nulls.',
  numbers: [
    '`using index` renames the index to the constraint’s name and takes its lock for the 1 moment of the catalogue change [PostgreSQL manual, ALTER TABLE: ADD table_constraint_using_index].',
  ],
  siblings: [
    'index-without-concurrently',
    'unique-constraint-missing',
    'not-null-under-lock',
    'script-not-idempotent',
  ],
  covers: [],
  wrong: {
    language: 'sql',
    stack: 'SQL, plain',
    text: `alter table users
  add constraint users_email_key unique (email);`,
  },
  right: {
    language: 'sql',
    stack: 'SQL, two migrations',
    text: `-- alone, outside a transaction
create unique index concurrently if not exists users_email_key on users (email);
-- in the next migration
set lock_timeout = '2s';
alter table users add constraint users_email_key unique using index users_email_key;`,
  },
  executedBy: 'rule',
}
