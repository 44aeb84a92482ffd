/** Foreign key validated under lock. */
import type { Validation } from '../entry.js'

export const foreignKeyValidatedUnderLock: Validation = {
  kind: 'validation',
  id: 'foreign-key-validated-under-lock',
  title: 'Foreign key validated under lock',
  severity: 'high',
  why: 'A new foreign key looks up the parent of each row, and locks both tables against writes until it is through: the child that is being read and the parent, which is often the busiest table of all. Nothing warns, because reads go on; only orders stop.',
  looksFor:
    '`add constraint … foreign key` or `add column … references` with a default, without NOT VALID, on a table from an earlier migration, whatever builder emits it (Prisma’s AddForeignKey, Knex `.references()` in `alterTable`, TypeORM `createForeignKey`); and validation in the transaction that added it.',
  sparesFor: [
    '`not valid` first and `validate constraint` in a later migration.',
    'A new nullable column without a default that references: it holds only nulls.',
    'Both tables new in this migration, or the child new and so empty.',
    'Children that the settings name as small.',
  ],
  fix: 'Add it NOT VALID, validate it in the next migration. Prisma: edit the generated SQL, it keeps what you write. Index the referencing column before.',
  numbers: [
    'ADD FOREIGN KEY takes SHARE ROW EXCLUSIVE on both tables; VALIDATE takes SHARE UPDATE EXCLUSIVE on the child and ROW SHARE on the parent, 1 weak lock each [PostgreSQL manual, ALTER TABLE].',
  ],
  siblings: [
    'foreign-key-without-index',
    'check-validated-under-lock',
    'several-strong-locks',
    'cascade-on-large-tables',
  ],
  covers: [],
  wrong: {
    language: 'sql',
    stack: 'Prisma migration',
    text: `-- AddForeignKey
ALTER TABLE "orders" ADD CONSTRAINT "orders_customer_id_fkey"
  FOREIGN KEY ("customer_id") REFERENCES "customers" ("id") ON DELETE RESTRICT ON UPDATE CASCADE;`,
  },
  right: {
    language: 'sql',
    stack: 'Prisma, two migrations',
    text: `SET lock_timeout = '2s';
ALTER TABLE "orders" ADD CONSTRAINT "orders_customer_id_fkey"
  FOREIGN KEY ("customer_id") REFERENCES "customers" ("id") ON DELETE RESTRICT ON UPDATE CASCADE NOT VALID;
-- in the next migration
ALTER TABLE "orders" VALIDATE CONSTRAINT "orders_customer_id_fkey";`,
  },
  executedBy: 'rule',
}
