/** What a command locks for what it saw: the plan of its group, as the store is asked for it. */
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { integer, pgTable, text } from 'drizzle-orm/pg-core'
import type { LockPlan } from '../../src/engine/port.js'
import { createTestDatabase, GROUPS, type TestDatabase } from '../support/database.js'
import { startEngine, type TestEngine } from '../support/engine.js'
import { SpyStore } from '../support/spy-store.js'

const seats = pgTable('seats', {
  id: text().primaryKey(),
  label: text().unique(),
  taken: integer().notNull(),
})
const notes = pgTable('notes', { id: text().primaryKey() })

let database: TestDatabase
let engine: TestEngine
let spy: SpyStore

before(async () => {
  database = await createTestDatabase(`${GROUPS}
    create table seats (id text primary key, label text unique, taken int not null);
    create table notes (id text primary key);
    create table stubs (seat text references seats);`)
  engine = await startEngine(database.url, [seats, notes], {}, (store) => (spy = new SpyStore(store)))
})
beforeEach(async () => {
  await database.client.query(
    `truncate seats, notes, stubs; insert into seats values ('a', 'A', 0), ('b', 'B', 0)`,
  )
  spy.reset()
})
after(async () => {
  await engine.close()
  await database.drop()
})

interface Told {
  readonly rows: readonly string[]
  readonly guards: readonly string[]
  readonly reads: number
}

/** The latest plan in short: `table:key mode`, `table` guarded, or `table!` guarded against all others. */
function told(): Told {
  const plan: LockPlan = spy.lockPlans.at(-1)!
  return {
    rows: plan.rows.flatMap(({ table, keys, mode }) => keys.map((key) => `${table.name}:${key} ${mode}`)),
    guards: plan.guards.map(({ table, exclusive }) => `${table.name}${exclusive ? '!' : ''}`),
    reads: plan.reads.length,
  }
}

test('a row that is only read is shared, and guards nothing', async () => {
  await engine.run((tx) => tx.get(seats, 'a'))
  assert.deepEqual(told(), { rows: ['public.seats:a share'], guards: [], reads: 0 })
})

test('a row met by a unique value is locked by its key, and the value is read again', async () => {
  await engine.run((tx) => tx.get(seats, { label: 'A' }))
  assert.deepEqual(told(), { rows: ['public.seats:a share'], guards: [], reads: 1 })
})

test('a unique value seen to be free guards the table', async () => {
  await engine.run(async (tx) => {
    if ((await tx.get(seats, { label: 'Z' })) === undefined) tx.insert(notes, { id: 'free' })
  })
  assert.deepEqual(told(), { rows: [], guards: ['public.seats!', 'public.notes'], reads: 1 })
})

test('a unique value that the command takes itself is locked, and does not guard the table', async () => {
  await engine.run(async (tx) => {
    if ((await tx.get(seats, { label: 'Z' })) === undefined)
      tx.insert(seats, { id: 'z', label: 'Z', taken: 0 })
  })
  assert.deepEqual(told().guards, ['public.seats'])
  // The key and the label.
  assert.equal(spy.lockPlans.at(-1)!.orderedKeys.length, 2)
})

test('values that the command itself has made are not locked, NULL is not either', async () => {
  await engine.run((tx) => tx.insert(seats, { id: tx.id(), label: tx.id(), taken: 0 }))
  await engine.run((tx) => tx.insert(seats, { id: tx.id(), label: null, taken: 0 }))
  assert.deepEqual(
    spy.lockPlans.map(({ orderedKeys }) => orderedKeys),
    [[], []],
  )
})

test('a value that changes locks the old and the new, the row as for its end, and who refers to it', async () => {
  await engine.run(async (tx) => {
    await tx.get(seats, 'a')
    tx.update(seats, 'a', { label: 'new' })
  })
  assert.deepEqual(told(), {
    rows: ['public.seats:a update'],
    guards: ['public.seats', 'public.stubs!'],
    reads: 0,
  })
  assert.equal(spy.lockPlans.at(-1)!.orderedKeys.length, 2)
})

test('a value that changes unseen guards the table', async () => {
  await engine.run((tx) => tx.update(seats, 'a', { label: 'new' }))
  assert.deepEqual(told().guards, ['public.seats!', 'public.stubs!'])
  assert.deepEqual(spy.lockPlans.at(-1)!.orderedKeys, [])
})

test('more values than a group may lock one by one guard their table', async () => {
  const many = Array.from({ length: 300 }, (_, at) => ({ id: `${at}`, label: `label ${at}`, taken: 0 }))
  await engine.run((tx) => void tx.insertMany(seats, many))
  assert.deepEqual(told().guards, ['public.seats!'])
  assert.deepEqual(spy.lockPlans.at(-1)!.orderedKeys, [])
})

test('tables whose rows are only read are visited, so that solo commands come before or after', async () => {
  await engine.run((tx) => tx.get(seats, 'a'))
  assert.equal(spy.lockPlans.at(-1)!.visited.length, 1)
})

test('insertIgnore locks the row whose key it met', async () => {
  await engine.run((tx) => tx.insertIgnore(seats, { id: 'b', label: 'other', taken: 1 }))
  assert.deepEqual(told().rows, ['public.seats:b share'])
})

test('insertIgnore locks the row whose unique value it met', async () => {
  await engine.run((tx) => tx.insertIgnore(seats, { id: 'c', label: 'B', taken: 1 }))
  assert.ok(told().rows.includes('public.seats:b share'))
})

test('a list guards its table against all others', async () => {
  await engine.run((tx) => tx.list(seats, { where: { taken: 0 } }))
  assert.deepEqual(told(), { rows: [], guards: ['public.seats!'], reads: 1 })
})

test('what is deleted is locked against all others, what is changed against other changes', async () => {
  await engine.run((tx) => tx.increment(seats, 'a', { taken: 1 }))
  assert.deepEqual(told(), {
    rows: ['public.seats:a no key update'],
    guards: ['public.seats'],
    reads: 0,
  })
  await engine.run((tx) => tx.delete(seats, 'b'))
  assert.deepEqual(told().rows, ['public.seats:b update'])
  // Not declared by the application, and guarded all the same: it refers to seats.
  assert.deepEqual(told().guards, ['public.seats', 'public.stubs!'])
})

test('a command that clashed and stands alone guards what it writes against all others', async () => {
  await assert.rejects(engine.run((tx) => tx.insert(seats, { id: 'd', label: 'A', taken: 0 })))
  assert.deepEqual(told().guards, ['public.seats!'])
  assert.equal(spy.aloneCount, 1)
})
