/** What a developer sees of a handler that is not repeatable, and what a client sees of an outcome that nobody knows. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { integer, pgTable, text } from 'drizzle-orm/pg-core'
import * as z from 'zod'
import { app } from '../src/app.js'
import { readConfig } from '../src/config/config.js'
import type { EngineParts, Server, ServerOptions } from '../src/composition/server.js'
import { createServerOf } from '../src/create-server.js'
import type { FlushResult, Store } from '../src/engine/port.js'
import { event } from '../src/events/event.js'
import { anyone } from '../src/operation/access.js'
import { command } from '../src/operation/command.js'
import { module } from '../src/operation/module.js'
import { createLog } from '../src/telemetry/log.js'
import { createTestDatabase, type TestDatabase } from './support/database.js'
import { SpyStore } from './support/spy-store.js'

const items = pgTable('items', { sku: text().primaryKey(), stock: integer().notNull() })
const Sold = event('item.sold', { version: 1, key: () => 'tea', payload: z.object({ left: z.number() }) })

const sell = command('items.sell', {
  http: { post: '/sell' },
  allow: anyone,
  async run({ tx }) {
    const item = await tx.require(items, 'tea')
    tx.update(items, 'tea', { stock: item.stock - 1 })
  },
})
const dice = command('items.dice', {
  http: { post: '/dice' },
  allow: anyone,
  async run({ tx }) {
    const item = await tx.require(items, 'tea')
    const left = item.stock - Math.random()
    tx.emit(Sold, { left })
  },
})
const phone = command('items.phone', {
  http: { post: '/phone' },
  allow: anyone,
  run: async () => void (await fetch('http://127.0.0.1:9/call?token=secret').catch(() => undefined)),
})

const declared = app({ name: 'development', modules: [module('items', { items, Sold, sell, dice, phone })] })

/** As callers who are not signed in must send it. */
const UNGUESSABLE = 'q7Zt0m3XbW9cL4vJ8yRk2n'

let database: TestDatabase
before(async () => {
  database = await createTestDatabase(
    `create table items (sku text primary key, stock int not null); insert into items values ('tea', 5)`,
  )
})
after(() => database.drop())

async function withServer(
  options: ServerOptions,
  parts: EngineParts,
  work: (server: Server, logged: readonly string[]) => Promise<void>,
): Promise<void> {
  const logged: string[] = []
  const log = createLog({ level: 'warn', destination: { write: (line) => void logged.push(line) } })
  const config = readConfig({ NODE_ENV: 'production' })
  const server = await createServerOf(declared, { databaseUrl: database.url, config, log, ...options }, parts)
  try {
    await work(server, logged)
  } finally {
    await server.close()
  }
}

test('in development a handler that differs is a problem that says how, to the client and in the log', () =>
  withServer({ development: true }, {}, async (server, logged) => {
    const answer = await server.inject({
      method: 'POST',
      url: '/dice',
      headers: { 'idempotency-key': UNGUESSABLE },
    })
    assert.equal(answer.statusCode, 500)
    const problem = answer.json<{ code: string; detail: string; differences: string[] }>()
    assert.equal(problem.code, 'handler_not_repeatable')
    assert.equal(problem.differences.length, 1)
    assert.match(problem.differences[0]!, /^item\.sold payload\.left: 4\.\d+ → 4\.\d+$/)
    assert.match(problem.detail, /Math\.random\(\)/)
    assert.match(logged.join(''), /item\.sold payload\.left/)
    assert.equal((await server.inject({ method: 'POST', url: '/sell' })).statusCode, 204)
  }))

test('in development a handler that calls out fails, and the log says what to do instead', () =>
  withServer({ development: true }, {}, async (server, logged) => {
    const answer = await server.inject({ method: 'POST', url: '/phone' })
    assert.equal(answer.statusCode, 500)
    assert.equal(answer.json<{ code: string }>().code, 'internal')
    assert.match(logged.join(''), /The handler of `items\.phone` called fetch \(127\.0\.0\.1:9\)/)
    assert.match(logged.join(''), /emit an event/)
    assert.doesNotMatch(logged.join(''), /secret/)
  }))

test('in production handlers run once, and nothing looks where they go', () =>
  withServer({}, {}, async (server) => {
    assert.equal((await server.inject({ method: 'POST', url: '/dice' })).statusCode, 204)
    assert.equal((await server.inject({ method: 'POST', url: '/phone' })).statusCode, 204)
  }))

/** Commits, and does not hear of it; nor can anybody be asked. */
function cutOff(store: Store): Store {
  const spy = new SpyStore(store)
  spy.resolve = () => Promise.reject(new Error('a failover that nobody told us of'))
  spy.lock = async (plan) => {
    const locked = await store.lock(plan)
    return {
      state: locked.state,
      flush: async (flush): Promise<FlushResult> => {
        await locked.flush(flush)
        return { kind: 'lost', error: new Error('cut') }
      },
      flushAlone: (...given) => locked.flushAlone(...given),
      rollback: () => locked.rollback(),
    }
  }
  return spy
}

test('an outcome that nobody knows is a 503 that says how to ask again, and asking again converges', async () => {
  const sendTo = (server: Server, key?: string) =>
    server.inject({
      method: 'POST',
      url: '/sell',
      headers: key === undefined ? {} : { 'idempotency-key': key },
    })
  const { rows: before } = await database.client.query<{ stock: number }>('select stock from items')
  await withServer({}, { store: cutOff, resolveMs: 100 }, async (server) => {
    for (const [key, says] of [
      [UNGUESSABLE, /with the same Idempotency-Key: it takes effect once/],
      [undefined, /look first whether it took effect/],
    ] as const) {
      const answer = await sendTo(server, key)
      const problem = answer.json<{ code: string; detail: string }>()
      assert.deepEqual([answer.statusCode, problem.code], [503, 'outcome_unknown'])
      assert.match(problem.detail, says)
      assert.equal(answer.headers['retry-after'], '1')
    }
  })
  await withServer({}, {}, async (server) => {
    const again = await sendTo(server, UNGUESSABLE)
    assert.deepEqual([again.statusCode, again.headers['idempotent-replayed']], [204, 'true'])
  })
  const { rows } = await database.client.query<{ stock: number }>('select stock from items')
  assert.equal(rows[0]!.stock, before[0]!.stock - 2)
})
