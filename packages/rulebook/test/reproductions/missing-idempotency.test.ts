/** A client that got no answer sends its payment again: charged twice, or answered twice. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import Fastify, { type FastifyInstance } from 'fastify'
import type pg from 'pg'
import { countLockWaiters, createDatabase, holdLock, valueOf } from '../support/database.js'
import { until } from '../support/interleaving.js'

const SCHEMA = `
  create table payments (id uuid primary key, amount_cents int not null);
  create table answers (key text primary key, request text not null, body jsonb);`

interface Payment {
  Body: { amountCents: number }
  Headers: { 'idempotency-key': string }
}

function naive(pool: pg.Pool) {
  const app = Fastify()
  app.post<Payment>('/payments', async ({ body }, reply) => {
    const id = randomUUID()
    await pool.query('insert into payments (id, amount_cents) values ($1, $2)', [id, body.amountCents])
    return reply.code(201).send({ id })
  })
  return app
}

function mended(pool: pg.Pool) {
  const app = Fastify()
  app.post<Payment>('/payments', async ({ body, headers }, reply) => {
    const key = headers['idempotency-key']
    const client = await pool.connect()
    try {
      await client.query('begin')
      // The second of two that overlap waits here for the first one's commit, by the primary key.
      const taken = await client.query(
        'insert into answers (key, request) values ($1, $2) on conflict do nothing returning key',
        [key, JSON.stringify(body)],
      )
      if (taken.rowCount === 0) {
        const stored = await client.query<{ request: string; body: object }>(
          'select request, body from answers where key = $1',
          [key],
        )
        await client.query('commit')
        if (stored.rows[0]?.request !== JSON.stringify(body)) return await reply.code(422).send()
        return await reply.code(201).header('idempotent-replayed', 'true').send(stored.rows[0].body)
      }
      const answer = { id: randomUUID() }
      await client.query('insert into payments (id, amount_cents) values ($1, $2)', [
        answer.id,
        body.amountCents,
      ])
      await client.query('update answers set body = $2 where key = $1', [key, answer])
      await client.query('commit')
      return await reply.code(201).send(answer)
    } catch (error) {
      await client.query('rollback')
      throw error
    } finally {
      client.release()
    }
  })
  return app
}

const pay = (app: FastifyInstance, key: string, amountCents = 990) =>
  app.inject({
    method: 'POST',
    url: '/payments',
    headers: { 'idempotency-key': key },
    payload: { amountCents },
  })

test('a payment that is sent again is charged again by the naive service', async (t) => {
  const database = await createDatabase(t, SCHEMA)
  const app = naive(database.pool())
  const [first, again] = [await pay(app, 'k1'), await pay(app, 'k1')]
  assert.deepEqual([first.statusCode, again.statusCode], [201, 201])
  assert.equal(await valueOf(database.observer, 'select count(*)::int from payments'), 2)
})

test('a payment that is sent again gets the first answer from the mended service, and no second charge', async (t) => {
  const database = await createDatabase(t, SCHEMA)
  const app = mended(database.pool())
  const [first, again] = [await pay(app, 'k1'), await pay(app, 'k1')]
  assert.equal(again.body, first.body)
  assert.equal(again.headers['idempotent-replayed'], 'true')
  assert.equal((await pay(app, 'k1', 1)).statusCode, 422)
  assert.equal(await valueOf(database.observer, 'select count(*)::int from payments'), 1)
})

test('two that overlap are charged once by the mended service', async (t) => {
  const database = await createDatabase(t, SCHEMA)
  const app = mended(database.pool())
  // Whoever has the key stands before its payment; the other waits for the key.
  const release = await holdLock(database, 'lock table payments in exclusive mode')
  const both = [pay(app, 'k1'), pay(app, 'k1')]
  await until(async () => (await countLockWaiters(database.observer)) === 2)
  await release()

  const [one, other] = await Promise.all(both)
  assert.equal(one?.body, other?.body)
  assert.equal(await valueOf(database.observer, 'select count(*)::int from payments'), 1)
})
