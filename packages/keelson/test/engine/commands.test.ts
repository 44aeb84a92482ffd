import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { desc } from 'drizzle-orm'
import {
  bigint,
  integer,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uuid,
  numeric,
  jsonb,
  serial,
} from 'drizzle-orm/pg-core'
import { KeelsonError } from '../../src/errors.js'
import { maybe } from '../../src/engine/condition.js'
import { createTestDatabase, GROUPS, type TestDatabase } from '../support/database.js'
import { startEngine, type TestEngine } from '../support/engine.js'

const items = pgTable('items', {
  sku: text().primaryKey(),
  stock: integer().notNull(),
  sold: bigint({ mode: 'number' }).notNull().default(0),
})
const orders = pgTable('orders', {
  id: uuid().primaryKey(),
  reference: text().unique(),
  placedAt: timestamp('placed_at', { withTimezone: true }).notNull(),
})
const lines = pgTable(
  'order_lines',
  {
    orderId: uuid('order_id')
      .notNull()
      .references(() => orders.id),
    position: integer().notNull(),
    sku: text()
      .notNull()
      .references(() => items.sku),
    amount: numeric({ precision: 10, scale: 2 }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.orderId, t.position] })],
)
const notes = pgTable('notes', { id: serial().primaryKey(), body: jsonb().notNull() })

let database: TestDatabase
let shop: TestEngine

before(async () => {
  database = await createTestDatabase(`${GROUPS}
    create table items (sku text primary key, stock integer not null check (stock >= 0), sold bigint not null default 0);
    create table orders (id uuid primary key, reference text unique, placed_at timestamptz not null);
    create table order_lines (order_id uuid not null references orders, position int not null, sku text not null references items, amount numeric(10,2) not null, primary key (order_id, position));
    create table notes (id serial primary key, body jsonb not null);`)
  shop = await startEngine(database.url, [items, orders, lines, notes], { rehearse: true })
})
after(async () => {
  await shop.close()
  await database.drop()
})

const code = (expected: string) => (error: unknown) =>
  error instanceof KeelsonError && error.code === expected

test('a command reads its own writes and leaves them', async () => {
  const id = await shop.run(async (tx) => {
    tx.insert(items, { sku: 'a', stock: 10 })
    const order = tx.insert(orders, { id: tx.id(), placedAt: tx.now })
    tx.insert(lines, { orderId: order.id, position: 1, sku: 'a', amount: '12.5' })
    tx.update(items, 'a', { stock: 9 })
    tx.increment(items, 'a', { sold: 3 })
    assert.deepEqual(await tx.get(items, 'a'), { sku: 'a', stock: 9, sold: 3 })
    const line = await tx.require(lines, { orderId: order.id, position: 1 })
    assert.equal(line.amount, '12.50')
    return order.id
  })
  assert.deepEqual(await shop.db.get(items, 'a'), { sku: 'a', stock: 9, sold: 3 })
  const found = await shop.db.children(await shop.db.list(orders), lines)
  assert.equal(found.of({ id, reference: null, placedAt: new Date() }).length, 1)
})

test('three hundred decrements of one row give the right answers', async () => {
  await shop.run((tx) => void tx.insert(items, { sku: 'hot', stock: 250 }))
  const results = await Promise.allSettled(
    Array.from({ length: 300 }, () =>
      shop.run(async (tx) => {
        const item = await tx.require(items, 'hot')
        if (item.stock < 1) throw new KeelsonError('conflict')
        tx.update(items, 'hot', { stock: item.stock - 1 })
        tx.increment(items, 'hot', { sold: 1 })
        return item.stock
      }),
    ),
  )
  const seen = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  assert.deepEqual(
    seen.toSorted((a, b) => b - a),
    Array.from({ length: 250 }, (_, at) => 250 - at),
  )
  assert.ok(results.every((result) => result.status === 'fulfilled' || code('conflict')(result.reason)))
  assert.deepEqual(await shop.db.get(items, 'hot'), { sku: 'hot', stock: 0, sold: 250 })
})

test('a violation names its member alone', async () => {
  const results = await Promise.allSettled(
    Array.from({ length: 50 }, (_, at) =>
      shop.run(async (tx) => {
        const order = tx.insert(orders, {
          id: tx.id(),
          placedAt: tx.now,
          reference: at === 17 || at === 31 ? 'same' : `r${at}`,
        })
        tx.insert(lines, { orderId: order.id, position: 1, sku: at === 5 ? 'nothing' : 'a', amount: '1' })
        return at
      }),
    ),
  )
  const failed = results.flatMap((result, at) =>
    result.status === 'rejected'
      ? [[at, (result.reason as KeelsonError).code, (result.reason as KeelsonError).details]]
      : [],
  )
  assert.equal(failed.length, 2)
  assert.deepEqual(failed[0], [
    5,
    'foreign_key_violation',
    { constraint: 'order_lines_sku_fkey', fields: ['sku'] },
  ])
  assert.ok([17, 31].includes(failed[1]![0] as number))
  assert.equal(failed[1]![1], 'unique_violation')
  assert.deepEqual(failed[1]![2], { constraint: 'orders_reference_key', fields: ['reference'] })
})

test('lists, pages, counts, and conditions', async () => {
  await shop.run(
    (tx) =>
      void tx.insertMany(
        items,
        Array.from({ length: 25 }, (_, at) => ({ sku: `p${String(at).padStart(2, '0')}`, stock: at })),
      ),
  )
  const where = { sku: { gte: 'p', lt: 'q' } }
  assert.equal(await shop.db.count(items, where), 25)
  assert.equal(await shop.db.exists(items, { sku: 'p03', stock: maybe<number>(undefined) }), true)
  assert.deepEqual(
    (await shop.db.list(items, { where: { sku: { in: ['p01', 'p05'] } }, orderBy: desc(items.stock) })).map(
      (item) => item.sku,
    ),
    ['p05', 'p01'],
  )
  const seen: string[] = []
  let cursor: string | undefined
  do {
    const page: { items: { sku: string }[]; next: string | null } = await shop.db.page(items, {
      where,
      orderBy: desc(items.stock),
      page: { limit: 10, cursor },
    })
    seen.push(...page.items.map((item) => item.sku))
    cursor = page.next ?? undefined
  } while (cursor !== undefined)
  assert.deepEqual(
    seen,
    Array.from({ length: 25 }, (_, at) => `p${String(24 - at).padStart(2, '0')}`),
  )
  // @ts-expect-error undefined would match every row
  await assert.rejects(shop.db.list(items, { where: { sku: undefined } }), code('invalid_use'))
})

test('check-then-insert by list is serializable', async () => {
  await Promise.allSettled(
    Array.from({ length: 30 }, () =>
      shop.run(async (tx) => {
        if ((await tx.count(orders, { reference: { gte: 'slot', lt: 'slou' } })) > 0)
          throw new KeelsonError('conflict')
        tx.insert(orders, { id: tx.id(), placedAt: tx.now, reference: `slot-${tx.id()}` })
      }),
    ),
  )
  assert.equal(await shop.db.count(orders, { reference: { gte: 'slot', lt: 'slou' } }), 1)
})

test('upsert and insertIgnore under concurrency', async () => {
  await Promise.all(
    Array.from({ length: 40 }, (_, at) =>
      shop.run((tx) => tx.upsert(items, { sku: `u${at % 3}`, stock: at })),
    ),
  )
  const taken = await Promise.all(
    Array.from({ length: 40 }, () => shop.run((tx) => tx.insertIgnore(items, { sku: 'once', stock: 1 }))),
  )
  assert.equal(taken.filter((row) => row !== undefined).length, 1)
})

test('solo commands: SQL, Drizzle, serial columns', async () => {
  const note = await shop.run((tx) => tx.insertReturning(notes, { body: { a: 1 } }), 'notes.add')
  assert.ok(note.id > 0)
  await shop.run(async (tx) => {
    tx.insert(items, { sku: 'solo', stock: 5 })
    const rows = await tx.sql<{ stock: number }>`select stock from items where sku = ${'solo'}`
    assert.deepEqual(rows, [{ stock: 5 }])
    tx.increment(items, 'solo', { stock: -2 })
    const drizzled = await tx.drizzle.select().from(items)
    assert.equal(drizzled.find((item) => item.sku === 'solo')?.stock, 3)
  }, 'solo')
  assert.equal((await shop.db.require(items, 'solo')).stock, 3)
  await assert.rejects(
    shop.run(async (tx) => {
      await tx.sql`update items set stock = -1 where sku = 'solo'`
    }, 'broken'),
    code('check_violation'),
  )
  await assert.rejects(
    shop.run(async (tx) => {
      await tx.sql`commit`
    }, 'cheat'),
    code('invalid_use'),
  )
  await assert.rejects(
    shop.run(async (tx) => {
      tx.increment(items, 'solo', { stock: 1 })
      await tx.sql`select 1; commit`
    }, 'cheat again'),
  )
  assert.equal((await shop.db.require(items, 'solo')).stock, 3)
  const totals = await Promise.all(
    Array.from({ length: 20 }, (_, at) =>
      shop.run(
        async (tx) => {
          if (at % 4 === 0) await tx.sql`update items set stock = stock + 1 where sku = 'solo'`
          else tx.increment(items, 'solo', { stock: 1 })
        },
        at % 4 === 0 ? 'mixed-solo' : 'mixed',
      ),
    ),
  )
  assert.equal(totals.length, 20)
  assert.equal((await shop.db.require(items, 'solo')).stock, 23)
})

test('a wrong value for a moment does not pass because a later member mends it', async () => {
  await shop.run((tx) => void tx.insert(items, { sku: 'moment', stock: 0 }))
  const results = await Promise.allSettled([
    shop.run((tx) => tx.increment(items, 'moment', { stock: -1 })),
    shop.run((tx) => tx.increment(items, 'moment', { stock: 5 })),
  ])
  const stock = (await shop.db.require(items, 'moment')).stock
  if (results[0].status === 'rejected') assert.ok(code('check_violation')(results[0].reason) && stock === 5)
  else assert.equal(stock, 4)
})

test('changing what does not exist is not_found', async () => {
  await assert.rejects(
    shop.run((tx) => tx.update(items, 'nobody', { stock: 1 })),
    code('not_found'),
  )
  await assert.rejects(
    shop.run((tx) => tx.delete(orders, '019a8a1e-5b7e-7cc3-98f5-0123456789ab')),
    code('not_found'),
  )
})
