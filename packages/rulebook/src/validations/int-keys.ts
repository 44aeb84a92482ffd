/** Four-byte keys. */
import type { Validation } from '../entry.js'

export const intKeys: Validation = {
  kind: 'validation',
  id: 'int-keys',
  title: 'Four-byte keys',
  severity: 'medium',
  why: 'An `integer` key ends at two billion, and rolled back inserts, upserts and imports use up numbers too. On that day every insert fails, and widening the column means writing the largest table anew. Eight bytes from the start cost almost nothing, as alignment often eats the difference.',
  looksFor:
    'Primary keys, and columns that reference them, of `integer`, `serial`, `smallint` in new tables that grow; sequences `as integer`; a foreign key narrower than the key it refers to; `upsert` on a table with such a key at a high rate; Prisma `Int @id @default(autoincrement())`, TypeORM `@PrimaryGeneratedColumn()`, Drizzle `serial()` or `integer()` identity.',
  sparesFor: [
    'Small reference tables.',
    'UUID keys.',
    'JavaScript side: ids above 2^53 handled as strings or BigInt.',
  ],
  fix: '`bigint generated always as identity` or UUID, in the referencing columns as well. For existing ones watch the fill of sequences and begin the change at half.',
  numbers: [
    'integer ends at 2,147,483,647: at 100 inserts a second after 248 days [PostgreSQL manual, Numeric Types; arithmetic].',
  ],
  siblings: [
    'primary-key-overflow',
    'type-change-with-rewrite',
    'numeric-ids-exposed',
    'outdated-column-types',
  ],
  covers: ['int keys'],
  wrong: {
    language: 'prisma',
    stack: 'Prisma',
    text: `model Event {
  id     Int @id @default(autoincrement())
  userId Int
}`,
  },
  right: {
    language: 'prisma',
    stack: 'Prisma',
    text: `model Event {
  id     BigInt @id @default(autoincrement())
  userId BigInt
}`,
  },
  executedBy: 'by-hand',
}
