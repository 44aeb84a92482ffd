/** Change of an enum. */
import type { Validation } from '../entry.js'

export const enumChange: Validation = {
  kind: 'validation',
  id: 'enum-change',
  title: 'Change of an enum',
  severity: 'medium',
  why: 'An enum can get a new value at any time and lose one never. A new one cannot be used in the transaction that added it, which fails whole migrations; removing or renaming takes a new type and a rewrite of the column, or breaks processes that still send the old label.',
  looksFor:
    '`alter type … add value` followed by its use in the same transaction or file; `rename value`; a new type put in place by `alter column … type … using` on a large table (what Prisma generates to drop a value); code that sends a value before the migration ran, or switches over all values without a default.',
  sparesFor: [
    '`add value if not exists` alone, and code that uses it in a later release.',
    'Types made in the same migration.',
    'CHECK constraints over text, added NOT VALID.',
  ],
  fix: 'For sets that change, `text` with a CHECK or a table of references. With enums: add in one release, use in the next; replace by a new column, a trigger and a back-fill.',
  numbers: [
    'Before Postgres 12 ADD VALUE was refused inside a transaction; since then the value may not be used until its commit [PostgreSQL manual, ALTER TYPE].',
  ],
  siblings: [
    'type-change-with-rewrite',
    'check-validated-under-lock',
    'expand-and-contract',
    'rename-or-drop-in-use',
    'breaking-api-change',
  ],
  covers: ['enum changes'],
  wrong: {
    language: 'sql',
    stack: 'SQL',
    text: `begin;
alter type order_state add value 'refunded';
update orders set state = 'refunded' where refunded_at is not null;
commit;`,
  },
  right: {
    language: 'sql',
    stack: 'SQL, two migrations',
    text: `alter type order_state add value if not exists 'refunded';
-- in the next release, in batches
update orders set state = 'refunded'
 where id = any (array(select id from orders where refunded_at is not null and state <> 'refunded' limit 5000));`,
  },
  executedBy: 'by-hand',
}
