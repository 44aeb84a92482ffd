/** A payment provider is called while a row is locked, or between two transactions. The provider answers when the test says so. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import Fastify from 'fastify'
import type pg from 'pg'
import { countIdleInTransaction, countLockWaiters, createDatabase } from '../support/database.js'
import { createBarrier, until, type Barrier } from '../support/interleaving.js'

const SCHEMA = `
  create table orders (id int primary key, state text not null, note text);
  insert into orders values (1, 'new');`

type Charge = (orderId: string) => Promise<void>

function naive(pool: pg.Pool, charge: Charge) {
  const app = Fastify()
  app.post<{ Params: { id: string } }>('/orders/:id/pay', async ({ params: { id } }) => {
    const client = await pool.connect()
    try {
      await client.query('begin')
      await client.query('select state from orders where id = $1 for update', [id])
      await charge(id)
      await client.query("update orders set state = 'paid' where id = $1", [id])
      await client.query('commit')
    } catch (error) {
      await client.query('rollback')
      throw error
    } finally {
      client.release()
    }
    return { id, state: 'paid' }
  })
  return app
}

function mended(pool: pg.Pool, charge: Charge) {
  const app = Fastify()
  app.post<{ Params: { id: string } }>('/orders/:id/pay', async ({ params: { id } }, reply) => {
    const claimed = await pool.query(
      "update orders set state = 'paying' where id = $1 and state = 'new' returning id",
      [id],
    )
    if (claimed.rowCount === 0) return reply.code(409).send({ code: 'not_payable' })
    // The order's id is the provider's idempotency key: a sweeper repeats what a crash leaves at 'paying'.
    await charge(id)
    await pool.query("update orders set state = 'paid' where id = $1 and state = 'paying'", [id])
    return { id, state: 'paid' }
  })
  return app
}

/** A provider that is slow: it answers when the barrier opens. */
async function startProvider(t: TestContext, barrier: Barrier): Promise<Charge> {
  const server = createServer((_request, response) => void barrier.pass().then(() => response.end('charged')))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  return async (orderId) => {
    const answer = await fetch(`http://127.0.0.1:${port}/charges/${orderId}`, { method: 'POST' })
    await answer.text()
  }
}

test('while a slow provider is asked, the naive service holds a connection and a lock that others wait for', async (t) => {
  const database = await createDatabase(t, SCHEMA)
  const barrier = createBarrier()
  const app = naive(database.pool(), await startProvider(t, barrier))
  const paying = app.inject({ method: 'POST', url: '/orders/1/pay' })
  await barrier.reached

  assert.equal(await countIdleInTransaction(database.observer), 1)
  const other = await database.session()
  const noting = other.query("update orders set note = 'ring twice' where id = 1")
  await until(async () => (await countLockWaiters(database.observer)) === 1)

  barrier.open()
  assert.equal((await paying).statusCode, 200)
  await noting
})

test('while a slow provider is asked, the mended service holds nothing and others go on', async (t) => {
  const database = await createDatabase(t, SCHEMA)
  const barrier = createBarrier()
  const app = mended(database.pool(), await startProvider(t, barrier))
  const paying = app.inject({ method: 'POST', url: '/orders/1/pay' })
  await barrier.reached

  assert.equal(await countIdleInTransaction(database.observer), 0)
  const other = await database.session()
  await other.query("update orders set note = 'ring twice' where id = 1")
  assert.equal((await app.inject({ method: 'POST', url: '/orders/1/pay' })).statusCode, 409)

  barrier.open()
  assert.deepEqual((await paying).json(), { id: '1', state: 'paid' })
})
