/** Index without CONCURRENTLY. */
import type { Validation } from '../entry.js'

export const indexWithoutConcurrently: Validation = {
  kind: 'validation',
  id: 'index-without-concurrently',
  title: 'Index without CONCURRENTLY',
  severity: 'high',
  why: 'An ordinary CREATE INDEX reads the whole table under a lock that lets nobody write to it. On a table of fifty million rows that is minutes in which every order, sign-up and payment that touches it waits, holds its connection, and takes the rest of the service with it.',
  looksFor:
    'In a migration for Postgres: `create index` without `concurrently`, or `reindex` of a table or index without it, on a table that an earlier migration made (or that is unknown), including what ORMs’ builders emit (`table.index` of Knex, `createIndex` of TypeORM).',
  sparesFor: [
    'Tables made in the same migration, temporary tables, and tables that the settings name as small.',
    '`create index … on only parent` of a partitioned table, which builds nothing by itself.',
    '`create index if not exists` of an index that an earlier migration already made.',
    '`create index concurrently`, and `add constraint … using index`.',
  ],
  fix: '`create index concurrently` in a migration of its own that the tool runs outside a transaction; after a failure drop the invalid index and repeat. On partitioned tables: `on only` the parent, concurrently on each partition, then `attach partition`.',
  numbers: [
    'CREATE INDEX takes SHARE, which conflicts with ROW EXCLUSIVE of every write; CONCURRENTLY takes SHARE UPDATE EXCLUSIVE and scans the table 2 times [PostgreSQL manual, CREATE INDEX and Table 13.2].',
  ],
  siblings: [
    'concurrently-in-transaction',
    'unique-under-lock',
    'missing-lock-timeout',
    'lock-queue-behind-ddl',
    'expand-and-contract',
    'foreign-key-without-index',
  ],
  covers: [],
  wrong: {
    language: 'sql',
    stack: 'Prisma migration',
    text: `-- prisma/migrations/20260301120000_orders_by_customer/migration.sql
CREATE INDEX "orders_customer_id_idx" ON "orders" ("customer_id");`,
  },
  right: {
    language: 'sql',
    stack: 'Prisma migration, the only statement of its file',
    text: `-- prisma/migrations/20260301120000_orders_by_customer/migration.sql
CREATE INDEX CONCURRENTLY IF NOT EXISTS "orders_customer_id_idx" ON "orders" ("customer_id");`,
  },
  executedBy: 'rule',
}
