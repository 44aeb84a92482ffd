/** Handlers that are not repeatable fail in development with what differs; those that are never notice. */
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { KeelsonError } from '../../src/errors.js'
import type { Transaction } from '../../src/engine/transaction.js'
import { createTestDatabase, GROUPS, type TestDatabase } from '../support/database.js'
import { startEngine, type TestEngine } from '../support/engine.js'
import { NotingTransaction } from '../support/model/engine-words.js'

const items = pgTable('items', { sku: text().primaryKey(), stock: integer().notNull(), code: text() })
const orders = pgTable('orders', {
  id: uuid().primaryKey(),
  sku: text().notNull(),
  token: uuid().$defaultFn(() => crypto.randomUUID()),
})

let database: TestDatabase
let engine: TestEngine

before(async () => {
  database = await createTestDatabase(`${GROUPS}
    create table items (sku text primary key, stock int not null, code text unique);
    create table orders (id uuid primary key, sku text not null, token uuid);
    create table keelson.notes (seq bigserial primary key, command int not null, log text, payload text not null);`)
  engine = await startEngine(database.url, [items, orders], {
    rehearse: true,
    Transaction: NotingTransaction,
  })
})
beforeEach(async () => {
  await database.client.query(
    `truncate items, orders, keelson.notes; insert into items values ('tea', 5, 't'), ('rye', 7, 'r')`,
  )
})
after(async () => {
  await engine.close()
  await database.drop()
})

/** What differs, of a command that must fail for it and leave nothing. */
async function differences(handler: (tx: Transaction) => unknown): Promise<string[]> {
  let told: readonly string[] = []
  await assert.rejects(engine.run(handler), (error: KeelsonError) => {
    assert.equal(error.code, 'handler_not_repeatable')
    told = error.details!['differences'] as string[]
    for (const difference of told) assert.ok(error.message.includes(difference))
    assert.match(error.message, /Date\.now\(\)/)
    return true
  })
  const { rows } = await database.client.query(
    'select (select sum(stock)::int from items) as stock, (select count(*)::int from orders) as orders, (select count(*)::int from keelson.notes) as notes',
  )
  assert.deepEqual(rows, [{ stock: 12, orders: 0, notes: 0 }])
  return [...told]
}

test('a repeatable handler runs twice and takes effect once', async () => {
  let runs = 0
  const answer = await engine.run(async (tx) => {
    runs++
    const [tea, rye] = await Promise.all([tx.require(items, 'tea'), tx.require(items, { code: 'r' })])
    tx.update(items, 'tea', { stock: tea.stock - 1 })
    tx.increment(items, 'rye', { stock: -1 })
    const order = tx.insert(orders, { id: tx.id(), sku: 'tea' })
    ;(tx as NotingTransaction).note(['1', null, order.id], undefined)
    await tx.insertIgnore(items, { sku: 'oat', stock: 0, code: 'o' })
    await tx.upsert(items, { sku: 'tea', stock: 1 })
    return { left: tea.stock - 1, rye, placed: await tx.get(orders, order.id), at: tx.now }
  })
  assert.equal(runs, 2)
  assert.equal(answer.left, 4)
  const { rows } = await database.client.query('select token from orders')
  assert.equal(rows.length, 1)
  assert.equal((rows as { token: string }[])[0]!.token, answer.placed!.token)
})

test('a variable outside of the handler shows as the column that it changes', async () => {
  let sold = 1
  const told = await differences(async (tx) => {
    const item = await tx.require(items, 'tea')
    tx.update(items, 'tea', { stock: item.stock - ++sold })
  })
  assert.deepEqual(told, [`items['tea'].stock: 3 → 2`])
})

test('a row that is written without having been read is told as well', async () => {
  let by = 0
  assert.deepEqual(await differences((tx) => tx.increment(items, 'tea', { stock: ++by })), [
    `items['tea'].stock (change 1): + 1 → + 2`,
  ])
  assert.deepEqual(await differences((tx) => tx.update(items, 'tea', { stock: ++by })), [
    `items['tea'].stock: 3 → 4`,
  ])
})

test('random keys, random values and the clock of the machine are told', async () => {
  const [key] = await differences((tx) => void tx.insert(orders, { id: crypto.randomUUID(), sku: 'tea' }))
  assert.match(key!, /^the row of orders that is written \(inserted\): '[\w-]{36}' → '[\w-]{36}'$/)
  const [value] = await differences(
    (tx) => void tx.insert(orders, { id: tx.id(), sku: String(Math.random()) }),
  )
  assert.match(value!, /^orders\['[\w-]{36}'\]\.sku: 0\.\d+ → 0\.\d+$/)
  const [time] = await differences((tx) => tx.update(items, 'tea', { code: String(Date.now()) }))
  assert.match(time!, /^items\['tea'\]\.code: \d+ → \d+$/)
})

test('a write too many, an effect too many and a value within an effect are told', async () => {
  let runs = 0
  const again = (): boolean => runs++ % 2 === 1
  assert.match(
    (
      await differences((tx) => {
        tx.insert(orders, { id: tx.id(), sku: 'tea' })
        if (again()) tx.insert(orders, { id: tx.id(), sku: 'rye' })
      })
    )[0]!,
    /^orders\['[\w-]{36}'\]: inserted only the second time$/,
  )
  assert.match(
    (
      await differences((tx) => {
        if (!again()) tx.delete(items, 'tea')
      })
    )[0]!,
    /^items\['tea'\]: deleted only the first time$/,
  )
  assert.deepEqual(
    await differences((tx) => {
      if (again()) (tx as NotingTransaction).note(['1', null, 'twice'], undefined)
    }),
    ['1 (keelson.notes) only the second time'],
  )
  assert.deepEqual(
    await differences((tx) =>
      (tx as NotingTransaction).note(['1', null, `{"total":${again() ? 2 : 1},"kept":[1]}`], undefined),
    ),
    ['1 payload.total: 1 → 2'],
  )
})

test('another outcome is told: a value, an error, a success instead of a refusal', async () => {
  let runs = 0
  const again = (): boolean => runs++ % 2 === 1
  assert.deepEqual(await differences(() => ({ list: [1, ++runs], when: 0 })), ['the answer.list.1: 1 → 2'])
  assert.deepEqual(
    await differences(() => {
      throw new KeelsonError(again() ? 'conflict' : 'not_found')
    }),
    ['the error: not_found → conflict'],
  )
  assert.deepEqual(
    await differences(() => {
      if (again()) throw new KeelsonError('conflict')
    }),
    ['the outcome: a success → conflict'],
  )
})

test('reads that one of the runs does without are told', async () => {
  let known: number | undefined
  assert.deepEqual(await differences(async (tx) => (known ??= (await tx.require(items, 'tea')).stock)), [
    `items['tea'] is read only the first time`,
  ])
  let runs = 0
  assert.deepEqual(
    await differences(async (tx) => {
      if (runs++ > 0) await tx.count(items, { stock: { gt: 3 } })
    }),
    [`a count of items where stock > ('3') is read only the second time`],
  )
  runs = 0
  assert.deepEqual(
    await differences(async (tx) => {
      if (runs++ > 0) await tx.sql`select 1`
    }),
    ['the second run uses tx.sql'],
  )
})

test('branches that go on in the order of their reads are played back in that order', async () => {
  const seen = await engine.run(async (tx) => {
    const order: string[] = []
    const branch = async (name: string, work: Promise<unknown>): Promise<void> => {
      await work
      order.push(name)
      tx.insert(orders, { id: tx.id(), sku: name })
    }
    await Promise.all([
      branch('list', tx.list(items, { where: { stock: { gt: 0 } } })),
      branch(
        'two',
        tx.get(items, 'tea').then(() => tx.get(items, 'rye')),
      ),
      branch('one', tx.get(items, 'tea')),
      branch('count', tx.count(orders)),
    ])
    return order
  })
  assert.equal(seen.length, 4)
})

test('a refusal is the same however often it is made, and is given as it is', async () => {
  await assert.rejects(
    engine.run(async (tx) => {
      const item = await tx.require(items, 'tea')
      tx.update(items, 'tea', { stock: Math.round(Math.random() * 1e9) })
      throw new KeelsonError('conflict', { details: { available: item.stock } })
    }),
    (error: KeelsonError) => error.code === 'conflict' && error.details!['available'] === 5,
  )
})

test('a second run that waits for something outside is given up, and the command goes on', async () => {
  let runs = 0
  const done = await engine.run(async (tx) => {
    if (++runs === 2) await new Promise(() => undefined)
    tx.update(items, 'tea', { stock: 1 })
    return runs
  })
  assert.equal(done, 1)
  const { rows } = await database.client.query(`select stock from items where sku = 'tea'`)
  assert.deepEqual(rows, [{ stock: 1 }])
})

test('solo commands run as often as the database makes them', async () => {
  let runs = 0
  const command = async (tx: Transaction): Promise<number> => {
    await tx.sql`update items set stock = stock + 1 where sku = 'tea'`
    return ++runs
  }
  await engine.run(command, 'solo')
  runs = 0
  assert.equal(await engine.run(command, 'solo'), 1)
})
