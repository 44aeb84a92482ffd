/** Cascade on large tables. */
import type { Validation } from '../entry.js'

export const cascadeOnLargeTables: Validation = {
  kind: 'validation',
  id: 'cascade-on-large-tables',
  title: 'Cascade on large tables',
  severity: 'high',
  why: '`on delete cascade` turns the delete of one row into the delete of everything below it, in one statement, however much that is. Deleting a customer then locks and writes millions of rows, replicas lag, and what was meant for one row is gone for good: there is no where clause in which one would have seen it.',
  looksFor:
    "A foreign key with `on delete cascade` (Prisma `onDelete: Cascade`, Drizzle `{ onDelete: 'cascade' }`, TypeORM `onDelete: 'CASCADE'` or `cascade: ['remove']`, Knex `.onDelete('cascade')`, SQL) whose child is a table of history or volume: orders, payments, events, messages, logs, audit, measurements; or that forms a chain of two or more cascades; or whose referencing column has no index, so that each parent reads the whole child.",
  sparesFor: [
    'Children that are parts of their parent and few by nature: lines of an order, options of a poll, sessions and tokens of a user, rows of a join table.',
    '`restrict`, `no action`, `set null`.',
    "Cascades of the ORM in memory for inserts and updates (`cascade: ['insert']`).",
    'Partitions that are dropped whole, and tables of tests.',
  ],
  fix: 'Declare `on delete restrict` for history, mark the parent as deleted, and remove children in batches by a job that commits between batches. Index every referencing column before the first delete. Where the law asks for erasure, erase the personal columns and keep the accounts.',
  numbers: [
    'A foreign key creates no index on the referencing column; a delete of 1 parent then scans the child once per row [PostgreSQL manual, Constraints: Foreign Keys].',
    'Start with batches of 1,000 rows and shrink or grow them until each commits within a second [measure: duration of each batch in the log of the job].',
  ],
  siblings: [
    'cascade-over-large-table',
    'foreign-key-without-index',
    'unbatched-backfill',
    'soft-delete',
    'truncate-cascade',
  ],
  covers: ['cascade on large tables'],
  wrong: {
    language: 'prisma',
    stack: 'Prisma',
    text: `model Customer {
  id     String  @id @db.Uuid
  orders Order[]
}

model Order {
  id         String   @id @db.Uuid
  customerId String   @db.Uuid
  customer   Customer @relation(fields: [customerId], references: [id], onDelete: Cascade)
}`,
  },
  right: {
    language: 'prisma',
    stack: 'Prisma',
    text: `model Customer {
  id        String    @id @db.Uuid
  deletedAt DateTime? @db.Timestamptz
  orders    Order[]
}

model Order {
  id         String   @id @db.Uuid
  customerId String   @db.Uuid
  customer   Customer @relation(fields: [customerId], references: [id], onDelete: Restrict)

  @@index([customerId])
}`,
  },
  executedBy: 'rule',
}
