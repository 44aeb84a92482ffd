/** In development a command's handler has no way out but `tx`, and nothing beside it is kept from anything. */
import assert from 'node:assert/strict'
import { createServer, get, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { drizzle } from 'drizzle-orm/node-postgres'
import { integer, pgTable, text } from 'drizzle-orm/pg-core'
import pg from 'pg'
import type { KeelsonError } from '../../src/errors.js'
import type { Transaction } from '../../src/engine/transaction.js'
import { createTestDatabase, GROUPS, type TestDatabase } from '../support/database.js'
import { startEngine, type TestEngine } from '../support/engine.js'

const items = pgTable('items', { sku: text().primaryKey(), stock: integer().notNull() })

let database: TestDatabase
let engine: TestEngine
let outside: Server
let url: string
let requests = 0
let pool: pg.Pool

before(async () => {
  database = await createTestDatabase(`${GROUPS}
    create table items (sku text primary key, stock int not null);
    insert into items values ('tea', 5);`)
  engine = await startEngine(database.url, [items], { rehearse: true })
  outside = createServer((_, response) => {
    requests++
    response.end('fine')
  })
  await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(outside.address() as AddressInfo).port}/secret?key=1`
  pool = new pg.Pool({ connectionString: database.url, max: 1 })
  pool.on('error', () => undefined)
})
after(async () => {
  await pool.end()
  outside.closeAllConnections()
  await new Promise((resolve) => outside.close(resolve))
  await engine.close()
  await database.drop()
})

const request = (): Promise<number> =>
  new Promise((resolve, reject) => {
    get(url, (response) => {
      response.resume()
      resolve(response.statusCode!)
    }).on('error', reject)
  })

const WAYS_OUT: Readonly<Record<string, { work: () => Promise<unknown>; says: RegExp }>> = {
  fetch: { work: () => fetch(url), says: /called fetch \(127\.0\.0\.1:\d+\)/ },
  'http.request': { work: request, says: /a connection to 127\.0\.0\.1:\d+/ },
  'a pool of its own': { work: () => pool.query('select 1'), says: /a connection to/ },
  'drizzle on a pool of its own': {
    work: () => drizzle(pool).select().from(items),
    says: /a connection to/,
  },
  'a client of its own': {
    async work() {
      const client = new pg.Client({ connectionString: database.url })
      client.on('error', () => undefined)
      await client.connect()
    },
    says: /opened a connection/,
  },
}

const fails = (says: RegExp) => (error: KeelsonError) => {
  assert.equal(error.code, 'invalid_use')
  assert.match(error.message, says)
  assert.match(error.message, /tx\.sql/)
  assert.match(error.message, /emit an event, or do it before or after the command/)
  assert.doesNotMatch(error.message, /secret/)
  return true
}

for (const [name, { work, says }] of Object.entries(WAYS_OUT)) {
  test(`${name} fails in a handler, also one that looks away, and works outside`, async () => {
    await work().catch((error: unknown) => assert.match(name, /client/, String(error)))
    const before = requests
    await assert.rejects(
      engine.run(async (tx) => {
        await tx.get(items, 'tea')
        await work()
      }),
      fails(says),
    )
    await assert.rejects(
      engine.run(async (tx) => {
        const item = await tx.require(items, 'tea')
        tx.update(items, 'tea', { stock: item.stock - 1 })
        await work().catch(() => undefined)
      }),
      fails(says),
    )
    // Solo, where the handler's own SQL works.
    await assert.rejects(
      engine.run(async (tx) => {
        await tx.sql`update items set stock = 0`
        await work().catch(() => undefined)
      }, 'solo'),
      fails(says),
    )
    assert.equal(requests, before)
    await work()
    const { rows } = await database.client.query('select stock from items')
    assert.deepEqual(rows, [{ stock: 5 }])
  })
}

test('a connection that was open before is refused to the handler and left to others', async () => {
  const { rows } = await pool.query<{ n: number }>('select 1 as n')
  assert.deepEqual(rows, [{ n: 1 }])
  await assert.rejects(
    engine.run(() => pool.query('select 2')),
    fails(/used a connection to .*:\d+ of its own/),
  )
  assert.deepEqual((await pool.query('select 3 as n')).rows, [{ n: 3 }])
})

test('what goes on beside a command is let through while the command runs', async () => {
  let go!: () => void
  const waits = new Promise<void>((resolve) => (go = resolve))
  const running = engine.run(async (tx) => {
    await tx.get(items, 'tea')
    await waits
  })
  assert.equal((await fetch(url)).status, 200)
  assert.equal(await request(), 200)
  await pool.query('select 1')
  go()
  await running
})

test('what a handler leaves running is not the command', async () => {
  let left!: Promise<unknown>
  let over!: () => void
  const isOver = new Promise<void>((resolve) => (over = resolve))
  await engine.run(() => {
    left = isOver.then(() => fetch(url))
  })
  over()
  assert.equal(((await left) as Response).status, 200)
})

test('reads, SQL, logs and fresh connections of Keelson itself are not foreign', async () => {
  const fresh = await startEngine(database.url, [items], { rehearse: true })
  try {
    const handler = async (tx: Transaction): Promise<number> => {
      process.stdout.write('# said in a handler\n')
      const [row] = await tx.list(items)
      tx.update(items, 'tea', { stock: row!.stock })
      return tx.count(items)
    }
    const many = await Promise.all(Array.from({ length: 20 }, () => fresh.run(handler)))
    assert.deepEqual(new Set(many), new Set([1]))
    await fresh.run(async (tx) => {
      await tx.drizzle.select().from(items)
      await tx.sql`select 1`
    }, 'own SQL')
  } finally {
    await fresh.close()
  }
})
