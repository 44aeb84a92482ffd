/**
 * Values of every kind on their way through a group: as the member that writes them sees them, as a later member of the
 * same group reads them, and as they are stored.
 */
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import {
  bigint,
  boolean,
  customType,
  date,
  doublePrecision,
  integer,
  jsonb,
  numeric,
  pgEnum,
  pgSchema,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core'
import type { KeelsonError } from '../../src/errors.js'
import type { NewRow } from '../../src/engine/vocabulary.js'
import { createTestDatabase, GROUPS, type TestDatabase } from '../support/database.js'
import { startEngine, type TestEngine } from '../support/engine.js'
import { SpyStore } from '../support/spy-store.js'

const citext = customType<{ data: string; driverData: string }>({ dataType: () => 'citext' })
const mood = pgEnum('mood', ['fine', 'so-so'])
const ledger = pgSchema('ledger')

const values = pgTable('values', {
  id: uuid().primaryKey(),
  amount: numeric({ precision: 10, scale: 2 }),
  exact: numeric(),
  large: bigint({ mode: 'bigint' }),
  flag: boolean(),
  ratio: doublePrecision(),
  zoned: timestamp({ withTimezone: true }),
  rounded: timestamp({ withTimezone: true, precision: 0 }),
  plain: timestamp(),
  day: date(),
  data: jsonb(),
  tags: text().array(),
  numbers: integer().array(),
  mood: mood(),
})
const entries = ledger.table(
  'entries',
  { book: text().notNull(), line: integer().notNull(), amount: bigint({ mode: 'number' }).notNull() },
  (t) => [primaryKey({ columns: [t.book, t.line] })],
)
const people = pgTable('people', { email: citext().primaryKey(), visits: integer().notNull() })

let database: TestDatabase
let engine: TestEngine
let spy: SpyStore

before(async () => {
  database = await createTestDatabase(`${GROUPS}
    create extension citext; create schema ledger; create type mood as enum ('fine', 'so-so');
    create table values (id uuid primary key, amount numeric(10,2), exact numeric, large bigint, flag boolean, ratio float8, zoned timestamptz,
      rounded timestamptz(0), plain timestamp, day date, data jsonb, tags text[], numbers int[], mood mood);
    create table ledger.entries (book text, line int, amount bigint not null, primary key (book, line));
    create table people (email citext primary key, visits int not null);`)
  engine = await startEngine(
    database.url,
    [values, entries, people],
    {},
    (store) => (spy = new SpyStore(store)),
  )
})
beforeEach(async () => {
  await database.client.query('truncate values, ledger.entries, people')
  spy.reset()
})
after(async () => {
  await engine.close()
  await database.drop()
})

const ID = '019a8a1e-5b7e-7cc3-98f5-0123456789ab'
const AT = new Date('2026-03-04T05:06:07.890Z')

/** What is given, and what a reader sees where that is not the same. */
const CASES: {
  readonly [P in keyof NewRow<typeof values>]?: readonly (readonly [given: unknown, seen?: unknown])[]
} = {
  amount: [['12.5', '12.50'], ['-0.005', '-0.01'], ['99999999.99']],
  exact: [['1.2300'], ['-7'], ['123456789012345678901234567890.000000001']],
  large: [[9_223_372_036_854_775_807n], [-1n]],
  flag: [[true], [false]],
  ratio: [[0.1], [1e300], [-0]],
  zoned: [[AT], [new Date('0099-01-02T00:00:00Z')]],
  rounded: [[AT, new Date('2026-03-04T05:06:08.000Z')]],
  plain: [[AT]],
  day: [['2024-02-29']],
  data: [[{ b: 1, a: [null, 'x\\"y', { deep: 1.5 }] }], [[]], ['text'], [17]],
  tags: [[['a', 'with "quotes", commas and \\', 'NULL', '']], [[]]],
  numbers: [[[3, 1, 2]], [[1, null]]],
  mood: [['so-so']],
}

for (const [property, cases] of Object.entries(CASES)) {
  for (const [given, seen = given] of cases) {
    const shown = (value: unknown): string =>
      typeof value === 'bigint' ? `${value}n` : (JSON.stringify(value) ?? '')
    test(`${property} ${shown(given)} is read by a later member as it is stored`, async () => {
      await engine.run((tx) => void tx.insert(values, { id: ID }))
      const write = engine.run((tx) => tx.update(values, ID, { [property]: given }))
      const read = engine.run(async (tx) => (await tx.require(values, ID))[property as 'id'] as unknown)
      await write
      assert.deepEqual(await read, seen)
      assert.deepEqual((await engine.db.require(values, ID))[property as 'id'], seen)
    })
    test(`${property} ${shown(given)} is inserted`, async () => {
      const write = engine.run((tx) => void tx.insert(values, { id: ID, [property]: given }))
      const read = engine.run(async (tx) => (await tx.get(values, ID))?.[property as 'id'] as unknown)
      await write
      assert.deepEqual(await read, seen)
      assert.deepEqual((await engine.db.require(values, ID))[property as 'id'], seen)
    })
  }
}

test("what a handler does to a value it was given changes nobody else's", async () => {
  await engine.run((tx) => void tx.insert(values, { id: ID, data: { list: [1] }, zoned: AT }))
  const spoil = async (): Promise<void> =>
    engine.run(async (tx) => {
      const row = await tx.require(values, ID)
      ;(row.data as { list: number[] }).list.push(2)
      row.zoned!.setTime(0)
    })
  const look = (): Promise<unknown> =>
    engine.run(async (tx) => tx.require(values, ID).then(({ data, zoned }) => [data, zoned]))
  const [, seen] = await Promise.all([spoil(), look(), spoil()])
  assert.deepEqual(seen, [{ list: [1] }, AT])
})

test('numeric and bigint are summed as Postgres sums them', async () => {
  await engine.run(
    (tx) =>
      void tx.insert(values, { id: ID, amount: '0.10', exact: '1.25', large: 9_000_000_000_000_000_000n }),
  )
  await Promise.all(
    Array.from({ length: 30 }, () =>
      engine.run((tx) => tx.increment(values, ID, { amount: '0.20', exact: '0.005', large: 1n })),
    ),
  )
  const { amount, exact, large } = await engine.db.require(values, ID)
  assert.deepEqual([amount, exact, large], ['6.10', '1.400', 9_000_000_000_000_000_030n])
})

test("a sum that leaves its type is that member's own error", async () => {
  await engine.run((tx) => void tx.insert(values, { id: ID, large: 9_223_372_036_854_775_806n }))
  const results = await Promise.allSettled(
    [1n, 1n, -5n].map((large) => engine.run((tx) => tx.increment(values, ID, { large }))),
  )
  assert.deepEqual(
    results.map((result) => (result.status === 'fulfilled' ? 'ok' : (result.reason as KeelsonError).code)),
    ['ok', 'value_out_of_range', 'ok'],
  )
})

test('composite keys and another schema, within one group', async () => {
  await engine.run((tx) => void tx.insert(entries, { book: 'a', line: 0, amount: 10 }))
  const add = (line: number): Promise<void> =>
    engine.run(async (tx) => {
      const before = await tx.require(entries, { book: 'a', line: line - 1 })
      tx.insert(entries, { book: 'a', line, amount: before.amount + 10 })
      tx.increment(entries, { book: 'a', line: line - 1 }, { amount: 1 })
    })
  spy.reset()
  await Promise.all([add(1), add(2)])
  assert.equal(spy.flushPlans.length, 1)
  assert.deepEqual(
    (await engine.db.list(entries)).map(({ line, amount }) => [line, amount]),
    [
      [0, 11],
      [1, 21],
      [2, 30],
    ],
  )
})

test('a citext key is one row however it is written', async () => {
  await engine.run((tx) => void tx.insert(people, { email: 'Ada@example.org', visits: 0 }))
  const spellings = ['ada@example.org', 'ADA@EXAMPLE.ORG', 'Ada@example.org']
  const seen = await Promise.all(
    Array.from({ length: 12 }, (_, at) =>
      engine.run(async (tx) => {
        const person = await tx.require(people, spellings[at % 3]!)
        tx.update(people, spellings[(at + 1) % 3]!, { visits: person.visits + 1 })
        return (await tx.require(people, spellings[(at + 2) % 3]!)).visits
      }, `visit-${at}`),
    ),
  )
  assert.deepEqual(
    seen.toSorted((left, right) => left - right),
    Array.from({ length: 12 }, (_, at) => at + 1),
  )
  assert.deepEqual(await engine.db.list(people), [{ email: 'Ada@example.org', visits: 12 }])
  await assert.rejects(
    engine.run((tx) => void tx.insert(people, { email: 'aDA@example.org', visits: 0 }), 'again'),
    (error: KeelsonError) => error.code === 'unique_violation',
  )
})
