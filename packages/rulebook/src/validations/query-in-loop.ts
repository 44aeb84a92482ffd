/** Query in a loop. */
import type { Validation } from '../entry.js'

export const queryInLoop: Validation = {
  kind: 'validation',
  id: 'query-in-loop',
  title: 'Query in a loop',
  severity: 'high',
  why: 'A query for each element costs a round trip for each element: at one millisecond, a page of two hundred rows takes a fifth of a second before anything is computed. With `Promise.all` it is worse for the others: one request takes every connection of the pool at once. The data grows, the code stays, and nobody changed anything on the day it became slow.',
  looksFor:
    'A database call that runs once an element of a collection: in `for`, `while`, `for await`, `forEach`, `map`, `reduce` or `flatMap`, with or without `Promise.all`, directly or in a helper that the body calls, in a resolver of a GraphQL field below a list without a loader, or through a lazy relation that is awaited in the body. Inserts one by one count like reads.',
  sparesFor: [
    'Loops whose number of turns is a small constant of the code, and retries of one statement.',
    'Loops that go batch by batch or page by page: each turn reads or writes many rows (`chunk`, `limit 1000`, a cursor).',
    'Calls through a DataLoader or a client that coalesces (Prisma’s `findUnique` in one tick, Keelson’s reads).',
    'A loop over several databases or tenants, with a connection each.',
    'Loops that must go one by one since each statement depends on the answer to the one before, as a walk along a chain.',
    'Migrations, seeds and scripts outside requests, and Promise.all over different queries that are written out.',
  ],
  fix: 'Collect the keys and ask once: `where id = any($1)`, `findMany({ where: { id: { in: ids } } })`, a join or `include`; group in memory by a Map. Insert many rows by one statement (`insert … select from unnest($1::uuid[], $2::int[])`, `createMany`, `values([...])`) or COPY. In GraphQL give each request its loaders.',
  numbers: [
    'A round trip within one data centre takes about 0.5 ms [Latency numbers every programmer should know, J. Dean]: 1,000 of them are half a second of waiting [0.5 ms × 1,000].',
    'Calls of Prisma’s `findUnique` in one tick with the same shape become 1 query; `findMany` and `findFirst` do not [Prisma documentation, Query optimization].',
  ],
  siblings: [
    'n-plus-one-queries',
    'bulk-operations',
    'await-in-loop',
    'connection-pool-exhaustion',
    'repository',
  ],
  covers: ['query in a loop', 'insert in a loop'],
  wrong: {
    language: 'ts',
    stack: 'Fastify 5 and Knex',
    text: `app.get('/orders', async ({ query }) => {
  const orders = await knex('orders').where({ customer_id: query.customer }).orderBy('id').limit(50)
  return Promise.all(
    orders.map(async (order) => ({ ...order, lines: await linesOf(order.id) })),
  )
})

const linesOf = (id: string) => knex('lines').where({ order_id: id })`,
  },
  right: {
    language: 'ts',
    stack: 'Fastify 5 and Knex',
    text: `app.get('/orders', async ({ query }) => {
  const orders = await knex('orders').where({ customer_id: query.customer }).orderBy('id').limit(50)
  const ids = orders.map(({ id }) => id)
  const byOrder = new Map(ids.map((id) => [id, [] as Line[]]))
  for (const line of await knex<Line>('lines').whereIn('order_id', ids)) byOrder.get(line.order_id)?.push(line)
  return orders.map((order) => ({ ...order, lines: byOrder.get(order.id) ?? [] }))
})`,
  },
  executedBy: 'rule',
}
