/** The last item, wanted by two: both see it, or the database lets one have it. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import Fastify from 'fastify'
import type pg from 'pg'
import { countLockWaiters, createDatabase, holdLock, valueOf } from '../support/database.js'
import { until } from '../support/interleaving.js'

const SCHEMA = `
  create table items (sku text primary key, stock int not null);
  insert into items values ('anvil', 1);`

function naive(pool: pg.Pool) {
  const app = Fastify()
  app.post<{ Params: { sku: string } }>('/items/:sku/buy', async ({ params: { sku } }, reply) => {
    const item = await pool.query<{ stock: number }>('select stock from items where sku = $1', [sku])
    if ((item.rows[0]?.stock ?? 0) < 1) return reply.code(409).send({ code: 'out_of_stock' })
    await pool.query('update items set stock = stock - 1 where sku = $1', [sku])
    return { sold: sku }
  })
  return app
}

function mended(pool: pg.Pool) {
  const app = Fastify()
  app.post<{ Params: { sku: string } }>('/items/:sku/buy', async ({ params: { sku } }, reply) => {
    const bought = await pool.query(
      'update items set stock = stock - 1 where sku = $1 and stock >= 1 returning stock',
      [sku],
    )
    if (bought.rowCount === 0) return reply.code(409).send({ code: 'out_of_stock' })
    return { sold: sku }
  })
  return app
}

/** Two buyers at once: the table can be read but not written until both have come to their update. */
async function buyTwiceAtOnce(t: TestContext, service: typeof naive) {
  const database = await createDatabase(t, SCHEMA)
  const app = service(database.pool())
  const release = await holdLock(database, 'lock table items in exclusive mode')
  const both = [1, 2].map(() => app.inject({ method: 'POST', url: '/items/anvil/buy' }))
  await until(async () => (await countLockWaiters(database.observer)) === 2)
  await release()
  const answers = await Promise.all(both)
  return {
    codes: answers.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b),
    stock: await valueOf<number>(database.observer, 'select stock from items'),
  }
}

test('the naive shop sells its last item twice', async (t) => {
  assert.deepEqual(await buyTwiceAtOnce(t, naive), { codes: [200, 200], stock: -1 })
})

test('the mended shop sells its last item once', async (t) => {
  assert.deepEqual(await buyTwiceAtOnce(t, mended), { codes: [200, 409], stock: 0 })
})
