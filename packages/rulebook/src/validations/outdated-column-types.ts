/** `json`, `char(n)`, `serial` and other outdated types. */
import type { Validation } from '../entry.js'

export const outdatedColumnTypes: Validation = {
  kind: 'validation',
  id: 'outdated-column-types',
  title: '`json`, `char(n)`, `serial` and other outdated types',
  severity: 'low',
  why: 'Some types are there for the sake of old programs. `json` keeps text and has no equality, so that DISTINCT and GROUP BY fail on it; `char(n)` pads with blanks that count in some comparisons and not in others; `serial` makes a sequence whose owner and rights go their own way.',
  looksFor:
    'New columns of type `json`, `char(n)` or `bpchar`, `serial`, `bigserial` or `smallserial` (Prisma’s `autoincrement()`, Drizzle’s `serial()`, Knex’s `increments`), `money`, `timetz`, `varchar(255)` from habit, arrays of ids in place of a table.',
  sparesFor: [
    '`json` where the text must be kept byte for byte: a received web-hook.',
    'Codes of fixed length as `text` with a CHECK, or `char(2)` in a schema that others own.',
    'Existing columns: changing them costs more than they do.',
  ],
  fix: '`jsonb`, `text` with a CHECK on the length, `bigint generated always as identity`, `numeric` or integers for money, `timestamptz`. With Prisma and Drizzle write identity in the migration or by `.generatedAlwaysAsIdentity()`.',
  numbers: [
    'varchar and text have the same speed and a common limit of 1 GB; char(n) is usually the slowest of the 3 [PostgreSQL manual, Character Types].',
  ],
  siblings: ['timestamp-without-time-zone', 'money-in-float', 'int-keys', 'type-change-with-rewrite'],
  covers: ['serial', 'json column', 'char(n) column'],
  wrong: {
    language: 'sql',
    stack: 'SQL',
    text: `create table documents (
  id serial primary key,
  country char(2) not null,
  body json not null
);`,
  },
  right: {
    language: 'sql',
    stack: 'SQL',
    text: `create table documents (
  id bigint generated always as identity primary key,
  country text not null check (country ~ '^[A-Z]{2}$'),
  body jsonb not null
);`,
  },
  executedBy: 'by-hand',
}
