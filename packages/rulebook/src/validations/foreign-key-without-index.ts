/** Foreign key without an index. */
import type { Validation } from '../entry.js'

export const foreignKeyWithoutIndex: Validation = {
  kind: 'validation',
  id: 'foreign-key-without-index',
  title: 'Foreign key without an index',
  severity: 'medium',
  why: 'Postgres indexes the referenced side only. Each delete or key change of a parent then reads the whole child to look for references, holding its locks, and each join from parent to child does so too. It stays unseen until the first clean-up of customers takes a night.',
  looksFor:
    'A `references` or `@relation` column (all of Prisma’s with a scalar foreign key, Drizzle `.references`, TypeORM `@ManyToOne`, SQL) with no index that begins with these columns, in schema or migrations, on a child that grows.',
  sparesFor: [
    'A primary key, unique or composite index that starts with the column.',
    'Small children, and parents that are never deleted while no query goes from parent to child.',
    'MySQL, which makes the index itself.',
    'Append-only audit tables whose parents have no deletes, with a remark.',
  ],
  fix: 'Create the index concurrently, with the sort column of the usual list behind it: `(customer_id, placed_at desc)`. In Prisma `@@index([customerId])`.',
  numbers: [
    'The manual recommends it, since a delete of 1 parent row scans the referencing table [PostgreSQL manual, 5.5.5 Foreign Keys].',
  ],
  siblings: [
    'index-without-concurrently',
    'cascade-on-large-tables',
    'cascade-over-large-table',
    'foreign-key-validated-under-lock',
  ],
  covers: ['missing index on a foreign key'],
  wrong: {
    language: 'prisma',
    stack: 'Prisma',
    text: `model Line {
  id      String @id @db.Uuid
  orderId String @db.Uuid
  order   Order  @relation(fields: [orderId], references: [id])
}`,
  },
  right: {
    language: 'prisma',
    stack: 'Prisma',
    text: `model Line {
  id      String @id @db.Uuid
  orderId String @db.Uuid
  order   Order  @relation(fields: [orderId], references: [id])

  @@index([orderId])
}`,
  },
  executedBy: 'by-hand',
}
