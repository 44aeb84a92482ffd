/** Several writes without a transaction. */
import type { Validation } from '../entry.js'

export const writesWithoutTransaction: Validation = {
  kind: 'validation',
  id: 'writes-without-transaction',
  title: 'Several writes without a transaction',
  severity: 'high',
  why: 'Between two writes the process may die, the connection break, the second one fail. The order is there without its lines, the money has left and not arrived, and nothing will notice, since each row by itself is valid. It happens at every deploy to whoever is between the two.',
  looksFor:
    'Two or more writes in one operation that belong together (parent and children, two balances, a row and its outbox or audit row, delete then insert) each on its own connection or as a statement of its own, with no transaction around them; `Promise.all` over writes; nested services that each open their own transaction.',
  sparesFor: [
    'One statement that does both: a CTE, Prisma’s nested `create`, `upsert`.',
    'Prisma `$transaction([…])` and callbacks of any library around them.',
    'Writes that are independent by intent: a counter of views, a cache table that is rebuilt.',
    'Steps of a saga that record their state and have compensations.',
  ],
  fix: 'Put them into one transaction, or one statement. Pass the handle down (`save(tx, order)`), with the service layer owning the boundary. What lies in other systems goes through the outbox.',
  numbers: [
    'A transaction of 3 writes on one connection costs 2 more round trips, BEGIN and COMMIT, and saves 2 of 3 flushes of WAL [PostgreSQL manual, WAL: each commit flushes].',
  ],
  siblings: [
    'transaction-on-pool',
    'write-and-publish-apart',
    'service-layer',
    'transactional-outbox',
    'saga',
  ],
  covers: ['missing transaction around several writes'],
  wrong: {
    language: 'ts',
    stack: 'Express 5 and Knex',
    text: `const [order] = await knex('orders').insert({ customer_id: customer, total }).returning('id')
await knex('lines').insert(lines.map((line) => ({ ...line, order_id: order.id })))
await knex('carts').where({ customer_id: customer }).del()`,
  },
  right: {
    language: 'ts',
    stack: 'Express 5 and Knex',
    text: `const order = await knex.transaction(async (tx) => {
  const [row] = await tx('orders').insert({ customer_id: customer, total }).returning('id')
  await tx('lines').insert(lines.map((line) => ({ ...line, order_id: row.id })))
  await tx('carts').where({ customer_id: customer }).del()
  return row
})`,
  },
  executedBy: 'by-hand',
}
