/** Primary-key overflow. */
import type { SharpEdge } from '../entry.js'

export const primaryKeyOverflow: SharpEdge = {
  kind: 'sharp-edge',
  id: 'primary-key-overflow',
  title: 'Primary-key overflow',
  severity: 'high',
  why: 'An `integer` key ends at 2,147,483,647. Then every INSERT into that table fails, at once and for good, and the mend, a rewrite of the largest table and of all that refer to it, takes hours. It is the outage with the longest warning, and nobody looks.',
  symptoms: [
    'nextval: reached maximum value of sequence',
    'integer out of range on insert',
    'All inserts into one table fail, everything else works',
    'ids have jumped far beyond the number of rows',
    'A column that refers to it is still int',
  ],
  mechanism:
    '`serial` is an int. Sequences burn numbers on rollbacks, `on conflict do nothing` and upserts, so that ids run ahead of the rows many times over. The sequence may be bigint and the column int, or the key bigint and a foreign key int. `alter column type bigint` rewrites table and indexes under ACCESS EXCLUSIVE. JavaScript is exact to 2^53 only; pg gives bigint as a string for that reason.',
  confirm: [
    '`select s.schemaname, s.sequencename, s.data_type, round(100.0 * s.last_value / s.max_value, 1) as percent from pg_sequences s where s.last_value is not null order by percent desc`.',
    "Columns: `select c.conrelid::regclass, a.attname, a.atttypid::regtype from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any(c.conkey) where c.contype in ('p', 'f') and a.atttypid in ('int4'::regtype, 'int2'::regtype)`.",
    'Burning: last_value divided by `reltuples` far above 1.',
  ],
  wayOut: [
    'Stop the bleeding: `alter sequence … minvalue -2147483648 restart with -2147483648` gives the negative half, if clients bear it: another two thousand million numbers within seconds.',
    'Then in peace: add a bigint column, keep it by trigger, back-fill in batches, unique index concurrently, swap in one short transaction; the referencing columns first.',
    'New tables: `bigint generated always as identity`, or UUIDv7.',
    'Alert at 50 % of each sequence, with the date at which it ends.',
    'Take ids as strings or opaque in the API, so that the type can change.',
    'The rules of @keelson/review for migrations report rewrites under lock; Keelson’s `id()` gives UUIDs.',
  ],
  numbers: [
    'int4 ends at 2,147,483,647, int8 at 9,223,372,036,854,775,807 [PostgreSQL manual, 8.1 Numeric Types].',
    '1,000 inserts a second use up an int in 24.9 days, a bigint in 292 million years [arithmetic].',
  ],
  siblings: ['money-in-floats', 'lock-queue-behind-ddl', 'long-transaction-holding-xmin'],
  covers: ['primary-key overflow'],
  wrong: {
    language: 'sql',
    stack: 'Postgres',
    text: `create table events (id serial primary key, payload jsonb not null);
create table event_tags (event_id int references events, tag text not null);`,
  },
  right: {
    language: 'sql',
    stack: 'Postgres',
    text: `create table events (id bigint generated always as identity primary key, payload jsonb not null);
create table event_tags (event_id bigint not null references events, tag text not null);`,
  },
}
