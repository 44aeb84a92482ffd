/** `execute(…, { client })`: commands inside of a transaction that other code has begun. */
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { integer, pgTable, text, timestamp } from 'drizzle-orm/pg-core'
import pg from 'pg'
import * as z from 'zod'
import { event } from '../../src/events/event.js'
import { anyone, signedIn } from '../../src/operation/access.js'
import { command } from '../../src/operation/command.js'
import { conflict } from '../../src/operation/declared-errors.js'
import { module } from '../../src/operation/module.js'
import { query } from '../../src/operation/query.js'
import { startApp, type TestApp } from '../support/app.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'

const items = pgTable('items', {
  sku: text().primaryKey(),
  stock: integer().notNull(),
  soldAt: timestamp('sold_at', { withTimezone: true }),
})
const Sold = event('item.sold', { version: 1, key: (e) => e.sku, payload: z.object({ sku: z.string() }) })
const input = z.object({ sku: z.string(), quantity: z.int() })

const sell = command('sell', {
  input,
  output: z.object({ left: z.int() }),
  allow: signedIn,
  errors: { outOfStock: conflict('Not enough stock.', z.object({ available: z.int() })) },
  async run({ input: { sku, quantity }, tx, fail, now }) {
    const { stock } = await tx.require(items, sku)
    tx.update(items, sku, { stock: stock - quantity, soldAt: now })
    tx.emit(Sold, { sku })
    if (stock < quantity) fail.outOfStock({ available: stock })
    return { left: stock - quantity }
  },
})
const sellBySql = command('sellBySql', {
  input,
  output: z.object({ left: z.int() }),
  allow: anyone,
  async run({ input: { sku, quantity }, tx }) {
    const rows = await tx.sql<{ left: number }>`
      update items set stock = stock - ${quantity} where sku = ${sku} returning stock as left`
    return { left: rows[0]!.left }
  },
})
const count = query('count', {
  output: z.object({ items: z.int() }),
  allow: anyone,
  run: async ({ db }) => ({ items: await db.count(items) }),
})

const as = { id: '019a8a1e-5b7e-7cc3-98f5-0123456789ab', scopes: [] }

let database: TestDatabase
let app: TestApp
let client: pg.Client

before(async () => {
  database = await createTestDatabase(
    `create table items (sku text primary key, stock integer not null check (stock >= 0), sold_at timestamptz);
    create table audit (note text not null);`,
  )
  app = await startApp(database.url, { modules: [module('items', { items, Sold, sell, sellBySql, count })] })
  client = new pg.Client({ connectionString: database.url })
  await client.connect()
})
beforeEach(async () => {
  await database.client.query(
    "delete from items; delete from audit; insert into items values ('tea', 5), ('rye', 5)",
  )
})
after(async () => {
  await client.end()
  await app.server.close()
  await database.drop()
})

const outside = async (): Promise<{ stock: number; events: number; notes: number }> => {
  const { rows } = await database.client.query<{ stock: number; events: number; notes: number }>(
    "select (select stock from items where sku = 'tea') as stock, (select count(*)::int from keelson.events) as events, (select count(*)::int from audit) as notes",
  )
  return rows[0]!
}

test('a command takes effect with the transaction that it joins, and not before', async () => {
  const { events } = await outside()
  await client.query('begin')
  await client.query("insert into audit values ('before')")
  const { left } = await app.server.execute(sell, { sku: 'tea', quantity: 2 }, { as, client })
  assert.equal(left, 3)
  // It sees what the transaction has done, and the transaction sees it.
  await client.query("update items set stock = 10 where sku = 'tea'")
  assert.deepEqual(await app.server.execute(sellBySql, { sku: 'tea', quantity: 1 }, { client }), { left: 9 })
  assert.deepEqual(await outside(), { stock: 5, events, notes: 0 })
  await client.query('commit')
  assert.deepEqual(await outside(), { stock: 9, events: events + 1, notes: 1 })
})

test('nothing of it is left where the transaction is rolled back', async () => {
  const before = await outside()
  await client.query('begin')
  await app.server.execute(
    sell,
    { sku: 'tea', quantity: 2 },
    { as, client, idempotencyKey: 'undone-7f0a3b8c9d2e' },
  )
  await client.query('rollback')
  assert.deepEqual(await outside(), before)
  const { rows } = await database.client.query('select 1 from keelson.idempotency')
  assert.deepEqual(rows, [])
})

test('a refusal leaves the transaction as it was, ready to go on', async () => {
  const { events } = await outside()
  await client.query('begin')
  await client.query("insert into audit values ('before')")
  await assert.rejects(app.server.execute(sell, { sku: 'tea', quantity: 6 }, { as, client }), {
    code: 'out_of_stock',
    details: { available: 5 },
  })
  await assert.rejects(app.server.execute(sellBySql, { sku: 'tea', quantity: 6 }, { client }), {
    code: 'check_violation',
  })
  await assert.rejects(app.server.execute(sell, { sku: 'none', quantity: 1 }, { as, client }), {
    code: 'not_found',
  })
  await assert.rejects(app.server.execute(sell, { sku: 'tea', quantity: 1 }, { client }), {
    code: 'unauthenticated',
  })
  await client.query("insert into audit values ('after')")
  await client.query('commit')
  assert.deepEqual(await outside(), { stock: 5, events, notes: 2 })
})

test('the same key takes effect once, in the transaction and after it', async () => {
  const once = { as, idempotencyKey: 'once-4e1f9a7b3c5d' }
  await client.query('begin')
  const first = await app.server.execute(sell, { sku: 'tea', quantity: 2 }, { ...once, client })
  assert.deepEqual(await app.server.execute(sell, { sku: 'tea', quantity: 2 }, { ...once, client }), first)
  await client.query('commit')
  assert.deepEqual(await app.server.execute(sell, { sku: 'tea', quantity: 2 }, once), first)
  assert.equal((await outside()).stock, 3)
})

test('what a command rests on holds until the owner commits', async () => {
  await client.query('begin')
  await app.server.execute(sell, { sku: 'tea', quantity: 3 }, { as, client })
  let ended = false
  const other = app.server.execute(sell, { sku: 'tea', quantity: 3 }, { as }).finally(() => (ended = true))
  const refused = assert.rejects(other, { code: 'out_of_stock', details: { available: 2 } })
  // Whoever does not want its tables goes on.
  assert.deepEqual(await app.server.execute(count, {}), { items: 2 })
  assert.equal(ended, false)
  await client.query('commit')
  await refused
})

test('several at once on one client take turns', async () => {
  await client.query('begin')
  const sales = await Promise.all(
    Array.from({ length: 5 }, () => app.server.execute(sell, { sku: 'tea', quantity: 1 }, { as, client })),
  )
  await client.query('commit')
  assert.deepEqual(
    sales.map(({ left }) => left),
    [4, 3, 2, 1, 0],
  )
  assert.equal((await outside()).stock, 0)
})

test("the owner's settings are its own again, and so are its events of failure", async () => {
  const own = async (): Promise<unknown> =>
    (
      await client.query(
        "select current_setting('TimeZone') as zone, current_setting('lock_timeout') as patience",
      )
    ).rows[0]
  const listeners = client.listenerCount('error')
  await client.query("set timezone = 'Asia/Tokyo'")
  await client.query('begin')
  await client.query("set local lock_timeout = '7s'")
  const before = await own()
  await app.server.execute(sell, { sku: 'tea', quantity: 1 }, { as, client })
  assert.deepEqual(await own(), before)
  await app.server.execute(sell, { sku: 'tea', quantity: 9 }, { as, client }).catch(() => undefined)
  assert.deepEqual(await own(), before)
  await client.query('commit')
  assert.equal(client.listenerCount('error'), listeners)
  const { rows } = await database.client.query<{ recent: boolean }>(
    "select sold_at between now() - interval '1 minute' and now() + interval '1 minute' as recent from items where sku = 'tea'",
  )
  assert.deepEqual(rows, [{ recent: true }])
})

test('what cannot be joined is refused by name', async () => {
  const join = (given: object) =>
    app.server.execute(sell, { sku: 'tea', quantity: 1 }, { as, client: given as pg.Client })
  await assert.rejects(join(client), { code: 'invalid_use', message: /in no transaction/ })
  await assert.rejects(join({}), { code: 'invalid_use', message: /connected client of `pg`/ })
  await client.query('begin isolation level repeatable read')
  await assert.rejects(join(client), { code: 'invalid_use', message: /repeatable read/ })
  await client.query('rollback')
  await client.query('begin')
  await client.query('nonsense').catch(() => undefined)
  await assert.rejects(join(client), { code: 'invalid_use', message: /has failed already/ })
  await client.query('rollback')
  await client.query('begin')
  await assert.rejects(app.server.execute(count, {}, { client }), {
    code: 'invalid_use',
    message: /for commands/,
  })
  await client.query('rollback')
})

test('a connection that is lost takes everything with it', async () => {
  const own = new pg.Client({ connectionString: database.url })
  own.on('error', () => undefined)
  await own.connect()
  await own.query('begin')
  await app.server.execute(sell, { sku: 'tea', quantity: 1 }, { as, client: own })
  const { rows } = await own.query<{ pid: number }>('select pg_backend_pid() as pid')
  await database.client.query('select pg_terminate_backend($1)', [rows[0]!.pid])
  await assert.rejects(app.server.execute(sell, { sku: 'tea', quantity: 1 }, { as, client: own }), {
    code: 'database_unavailable',
  })
  assert.equal((await outside()).stock, 5)
})
