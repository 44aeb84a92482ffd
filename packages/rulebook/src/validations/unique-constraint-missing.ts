/** Existence check without a unique constraint. */
import type { Validation } from '../entry.js'

export const uniqueConstraintMissing: Validation = {
  kind: 'validation',
  id: 'unique-constraint-missing',
  title: 'Existence check without a unique constraint',
  severity: 'high',
  why: '“Is there one already? No? Insert.” holds until two requests ask at the same time, which a double click does. Then there are two accounts with one address, two payments for one order, and the code that expects one picks either. Cleaning up needs a person, the constraint a line.',
  looksFor:
    '`findFirst`, `exists` or `count` by a column that should be unique, then an insert, with no unique index over these columns in schema or migrations; a unique index that differs from the check (case, soft-deleted rows, tenant); `upsert` or `on conflict` on columns without one; deduplication of messages by a select.',
  sparesFor: [
    'A unique or exclusion constraint is there, and its violation (23505, P2002) is answered as a conflict.',
    'The check runs under a lock on the parent or in a serializable transaction with retry.',
    'Checks for a friendlier message beside a constraint.',
  ],
  fix: 'Add the unique index (partial for soft deletion, on `lower(email)`, with the tenant first), insert with `on conflict do nothing returning`, and turn 23505 into 409. Remove duplicates before.',
  numbers: [
    'SQLSTATE 23505 is unique_violation; Prisma names it P2002 [PostgreSQL manual, Appendix A; Prisma error reference].',
    'NULLs are distinct in a unique index unless NULLS NOT DISTINCT is said, from version 15 [PostgreSQL manual, CREATE INDEX].',
  ],
  siblings: [
    'check-then-update',
    'missing-idempotency',
    'unique-under-lock',
    'race-between-check-and-act',
    'idempotency-key',
  ],
  covers: ['missing unique constraint behind an existence check'],
  wrong: {
    language: 'ts',
    stack: 'Express 5 and Prisma',
    text: `if (await prisma.user.findFirst({ where: { email } })) throw new Conflict('email')
const user = await prisma.user.create({ data: { email, name } })`,
  },
  right: {
    language: 'ts',
    stack: 'Express 5 and Prisma, `email String @unique @db.Citext`',
    text: `const user = await prisma.user.create({ data: { email, name } }).catch((error: unknown) => {
  const isDuplicate = error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002'
  if (isDuplicate) throw new Conflict('email')
  throw error
})`,
  },
  executedBy: 'by-hand',
}
