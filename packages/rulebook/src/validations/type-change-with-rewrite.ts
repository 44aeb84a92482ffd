/** Column type change with rewrite. */
import type { Validation } from '../entry.js'

export const typeChangeWithRewrite: Validation = {
  kind: 'validation',
  id: 'type-change-with-rewrite',
  title: 'Column type change with rewrite',
  severity: 'high',
  why: 'Where the bytes of the new type differ, ALTER COLUMN TYPE writes the table and all its indexes anew, with everybody locked out and twice the disk in use. It is the most expensive statement of a schema’s life, and it usually is `int` to `bigint` on the largest table, on the day before the numbers run out.',
  looksFor:
    '`alter column … type` on a table from an earlier migration between types that are not binary compatible (`integer` to `bigint`, `text` to `jsonb`, `text` to `uuid`, `numeric` with fewer digits, `timestamp` to `timestamptz`), a USING that computes, or a shorter `varchar(n)`, which scans.',
  sparesFor: [
    '`varchar(n)` to a larger n, to `varchar` or to `text`; `varbit` and `numeric(p, s)` to a greater precision of the same scale.',
    '`timestamp` to `timestamptz` in a session whose TimeZone is UTC (Postgres 12 and later).',
    '`text` to a domain over it without a constraint, `cidr` to `inet`.',
    'Tables made in this migration.',
  ],
  fix: 'Add a column of the new type beside it, keep both in step by a trigger, fill the old rows in batches, read from the new one, swap the names in one short transaction, drop the old one in a later release.',
  numbers: [
    'A rewrite needs free disk for a 2nd copy of the table and its indexes, and all of it goes through WAL to the replicas [PostgreSQL manual, ALTER TABLE: Notes].',
  ],
  siblings: [
    'int-keys',
    'unbatched-backfill',
    'rename-or-drop-in-use',
    'timestamp-without-time-zone',
    'primary-key-overflow',
    'expand-and-contract',
  ],
  covers: ['column type change with rewrite'],
  wrong: {
    language: 'sql',
    stack: 'TypeORM or plain SQL',
    text: `alter table events alter column id type bigint;
alter table events alter column payload type jsonb using payload::jsonb;`,
  },
  right: {
    language: 'sql',
    stack: 'SQL, over several releases',
    text: `set lock_timeout = '2s';
alter table events add column id_new bigint;
create function events_copy_id() returns trigger language plpgsql as $$
begin
  new.id_new := new.id;
  return new;
end $$;
create trigger events_copy_id before insert or update on events
  for each row execute function events_copy_id();
-- then: fill old rows in batches, build a unique index concurrently, swap the names, drop the old column`,
  },
  executedBy: 'rule',
}
