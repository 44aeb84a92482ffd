/** Check, then update. */
import type { Validation } from '../entry.js'

export const checkThenUpdate: Validation = {
  kind: 'validation',
  id: 'check-then-update',
  title: 'Check, then update',
  severity: 'critical',
  why: 'Two requests read the same balance, both find it sufficient, both write. Each was right on what it had seen; together they sold what was not there. A transaction does not help at READ COMMITTED, which is the default, and the fault shows only under load, as money or stock that does not add up.',
  looksFor:
    'In one function or what it calls: a row or a count is read without a lock, a condition or a computation on what was read decides, and then the same row or the counted rows are written by key with a value that rests on the reading, with nothing in the write that would notice a change in between. In a transaction of the default level as well as without one.',
  sparesFor: [
    'The condition stands in the write: `update … set stock = stock - $2 where id = $1 and stock >= $2` and the row count is looked at.',
    "`select … for update` (Knex `forUpdate()`, TypeORM `pessimistic_write`, Drizzle `.for('update')`) before the check, in the same transaction as the write.",
    'Serializable isolation with a retry on 40001, a version column in the where clause, an advisory lock on the same key.',
    'Existence checks whose race a unique constraint decides, with the error handled.',
    'Checks on what does not change (the owner, the kind) or on rights, followed by a write of other columns.',
    'Values that come from the request alone.',
  ],
  fix: 'Put the condition into the write and look at how many rows it changed. Where more than one row or real logic is involved, lock the row first, in one order everywhere, or compare a version; or run serializable and repeat on 40001. A `check (stock >= 0)` makes the last fence.',
  numbers: [
    'SQLSTATE 40001 asks for the whole transaction to be repeated, 40P01 reports a deadlock [PostgreSQL manual, Appendix A].',
    'The default isolation level is READ COMMITTED, in which 2 reads of one row in one transaction may differ [PostgreSQL manual, Transaction Isolation].',
  ],
  siblings: [
    'race-between-check-and-act',
    'optimistic-concurrency',
    'pessimistic-lock',
    'read-modify-write-of-counter',
    'unique-constraint-missing',
  ],
  covers: ['check-then-update'],
  wrong: {
    language: 'ts',
    stack: 'Fastify 5 and Prisma',
    text: `await prisma.$transaction(async (tx) => {
  const item = await tx.item.findUniqueOrThrow({ where: { sku } })
  if (item.stock < quantity) throw new OutOfStock(sku)
  await tx.item.update({ where: { sku }, data: { stock: item.stock - quantity } })
})`,
  },
  right: {
    language: 'ts',
    stack: 'Fastify 5 and Prisma',
    text: `const { count } = await prisma.item.updateMany({
  where: { sku, stock: { gte: quantity } },
  data: { stock: { decrement: quantity } },
})
if (count === 0) throw new OutOfStock(sku)`,
  },
  executedBy: 'rule',
}
