/** Rename or drop of what running code uses. */
import type { Validation } from '../entry.js'

export const renameOrDropInUse: Validation = {
  kind: 'validation',
  id: 'rename-or-drop-in-use',
  title: 'Rename or drop of what running code uses',
  severity: 'high',
  why: 'A migration runs before, beside or after the processes it belongs to, never at the same instant. While the old ones are still up, each of their statements that names the old column fails; after a drop there is no way back either, since rolling back the code does not bring back the data.',
  looksFor:
    'On tables, views, columns, types and schemas from earlier migrations: `rename column`, `rename to`, `set schema`, `drop column`, `drop table`, `drop view`, `drop type`, without the old name being given back in the same transaction.',
  sparesFor: [
    'Things made in the same migration, temporary tables, partitions that are detached and dropped as retention.',
    'A rename followed by a view of the old name in the same transaction, or by another object that takes the name over: a swap.',
    '`drop table if exists` of a name that no earlier migration made.',
    'Drops after a release in which no code names it any more, with a suppression that says which release.',
    'Indexes and constraints: nothing names them, except `on conflict on constraint`.',
  ],
  fix: 'Expand and contract over releases: add the new one, write both, fill, read the new one, stop writing the old one, drop it a release later. With Prisma map the name in the schema (`@map`) rather than rename the column. Before a drop of data take a backup that was restored once, and rename it for a week first if in doubt.',
  numbers: [
    'It takes 3 deploys at least: both written, new one read, old one dropped [Expand and contract, martinfowler.com/bliki/ParallelChange].',
    'SQLSTATE 42703 (undefined_column) and 42P01 (undefined_table) in the log during a deploy are this fault [PostgreSQL manual, Appendix A].',
  ],
  siblings: [
    'expand-and-contract',
    'type-change-with-rewrite',
    'breaking-api-change',
    'migration-race-at-boot',
    'truncate-cascade',
  ],
  covers: ['rename of what running code uses', 'drop of what running code uses', 'dropping with data'],
  wrong: {
    language: 'sql',
    stack: 'Prisma migration',
    text: `ALTER TABLE "users" RENAME COLUMN "name" TO "full_name";
ALTER TABLE "users" DROP COLUMN "phone";`,
  },
  right: {
    language: 'sql',
    stack: 'Prisma, release 1 of 3',
    text: `SET lock_timeout = '2s';
ALTER TABLE "users" ADD COLUMN "full_name" TEXT;
-- release 1 writes both, a job fills old rows; release 2 reads full_name only; release 3 drops "name".
-- "phone": release 1 takes it out of schema.prisma with @ignore, release 2 drops it.`,
  },
  executedBy: 'rule',
}
