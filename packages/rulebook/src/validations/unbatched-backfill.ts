/** Back-fill or delete of a whole table in one statement. */
import type { Validation } from '../entry.js'

export const unbatchedBackfill: Validation = {
  kind: 'validation',
  id: 'unbatched-backfill',
  title: 'Back-fill or delete of a whole table in one statement',
  severity: 'medium',
  why: 'An UPDATE over a whole table is one transaction that locks every row until its end, doubles the table on disk, floods the replicas, and keeps vacuum from cleaning anything meanwhile. If it is cut off after an hour, all of it rolls back, and the next deploy begins from the start. A DELETE of old rows does the same.',
  looksFor:
    'In a migration: UPDATE or DELETE on a table from an earlier one, with no condition or one that most rows meet (`is null`, `is not null`, a comparison of two columns, `true`), not bounded by a LIMIT, a list of values or a subquery with either.',
  sparesFor: [
    'Conditions on a key, on constants of a column, or `= any(…)` with values.',
    'Loops that take a batch (`where ctid = any(array(select ctid … limit 5000))`) and commit in between.',
    'Tables made in the same migration, and those that the settings name as small.',
    '`insert … select` into a new table, and TRUNCATE, which is another rule’s.',
  ],
  fix: 'Take it out of the migration: a job that goes by key or ctid, a few thousand rows a transaction, with a pause, progress that survives a restart, and a stop when replicas lag. The migration that needs the result comes in a later release. For retention drop whole partitions.',
  numbers: [
    'Each updated row leaves 1 dead version; the autovacuum threshold is 50 rows + 20 % of the table by default [PostgreSQL manual, autovacuum_vacuum_scale_factor].',
  ],
  siblings: [
    'bulk-operations',
    'long-transaction-holding-xmin',
    'not-null-under-lock',
    'cascade-on-large-tables',
    'partition-operation-under-lock',
    'soft-delete',
  ],
  covers: ['unbatched backfill', 'unbatched delete'],
  wrong: {
    language: 'sql',
    stack: 'SQL, plain',
    text: `update orders set currency = 'EUR' where currency is null;
delete from sessions where closed_at is not null;`,
  },
  right: {
    language: 'sql',
    stack: 'SQL, a procedure that is called outside the migration',
    text: `create procedure fill_currency() language plpgsql as $$
declare filled bigint;
begin
  loop
    update orders set currency = 'EUR'
     where ctid = any (array(select ctid from orders where currency is null limit 5000));
    get diagnostics filled = row_count;
    commit;
    exit when filled = 0;
    perform pg_sleep(0.1);
  end loop;
end $$;`,
  },
  executedBy: 'rule',
}
