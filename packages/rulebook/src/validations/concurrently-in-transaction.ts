/** CONCURRENTLY inside a transaction. */
import type { Validation } from '../entry.js'

export const concurrentlyInTransaction: Validation = {
  kind: 'validation',
  id: 'concurrently-in-transaction',
  title: 'CONCURRENTLY inside a transaction',
  severity: 'high',
  why: 'Postgres refuses CREATE INDEX CONCURRENTLY inside a transaction, and most migration tools open one around each file. The migration fails on the day of the deploy, often after others of the same release went through, and leaves the schema between two versions.',
  looksFor:
    '`create index concurrently`, `drop index concurrently`, `reindex … concurrently` or `detach partition … concurrently` after a BEGIN in the file, in a DO block or function, in a file that the tool wraps (Knex, TypeORM, Drizzle, node-pg-migrate, Flyway), or beside other statements in a text that is sent as one batch, as Prisma does.',
  sparesFor: [
    'Files with the tool’s own switch: `exports.config = { transaction: false }` (Knex), `transaction = false` on the class (TypeORM), `pgm.noTransaction()`, `-- migrate:up transaction:false` (dbmate), `executeInTransaction=false` (Flyway).',
    'A file with this statement alone where the tool sends it by itself (Prisma).',
    'Flyway files that hold nothing else, which it recognises.',
    'The statement after the COMMIT of a transaction in the same file.',
  ],
  fix: 'One such statement a file, with the switch of the tool that leaves out the transaction. Where the tool has none, run it by `psql` before the deploy and let the migration say `if not exists`.',
  numbers: [
    'SQLSTATE 25001, active_sql_transaction, is what it fails with [PostgreSQL manual, Appendix A].',
    'An interrupted concurrent build leaves 1 index with `indisvalid = false`, which slows down writes and serves no read [PostgreSQL manual, Building Indexes Concurrently].',
  ],
  siblings: [
    'index-without-concurrently',
    'script-not-idempotent',
    'migration-race-at-boot',
    'expand-and-contract',
  ],
  covers: [],
  wrong: {
    language: 'js',
    stack: 'Knex migration',
    text: `exports.up = (knex) =>
  knex.raw('create index concurrently orders_customer_id_idx on orders (customer_id)')`,
  },
  right: {
    language: 'js',
    stack: 'Knex migration',
    text: `exports.config = { transaction: false }

exports.up = (knex) =>
  knex.raw('create index concurrently if not exists orders_customer_id_idx on orders (customer_id)')`,
  },
  executedBy: 'rule',
}
