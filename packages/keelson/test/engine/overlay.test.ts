/**
 * What must not be judged in memory: each test is a pair of commands in one group whose meaning together would differ
 * from their meaning one after the other, were the second not put off.
 */
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { sql } from 'drizzle-orm'
import { integer, pgTable, text } from 'drizzle-orm/pg-core'
import type { KeelsonError } from '../../src/errors.js'
import type { Transaction } from '../../src/engine/transaction.js'
import { createTestDatabase, GROUPS, type TestDatabase } from '../support/database.js'
import { startEngine, type TestEngine } from '../support/engine.js'
import { SpyStore } from '../support/spy-store.js'

const names = pgTable('names', { id: text().primaryKey(), name: text(), uses: integer().notNull() })
const children = pgTable('children', {
  id: text().primaryKey(),
  parent: text()
    .notNull()
    .references(() => names.id),
})
const sums = pgTable('sums', {
  id: text().primaryKey(),
  n: integer().notNull(),
  twice: integer().generatedAlwaysAs(sql`n * 2`),
})

let database: TestDatabase
let engine: TestEngine
let spy: SpyStore
/** Each has a name of its own: what one teaches the engine must not touch the next. */
let commandCount = 0

before(async () => {
  database = await createTestDatabase(`${GROUPS}
    create table names (id text primary key, name text unique, uses int not null check (uses >= 0));
    create table children (id text primary key, parent text not null references names);
    create table sums (id text primary key, n int not null, twice int generated always as (n * 2) stored);`)
  engine = await startEngine(
    database.url,
    [names, children, sums],
    // A slow machine must not make two groups of one.
    { groupsMax: 1, rerunBudgetMs: 60_000, wavesClock: { now: () => 0 } },
    (store) => (spy = new SpyStore(store)),
  )
})
beforeEach(async () => {
  await database.client.query(
    `truncate names, children, sums; insert into sums values ('s', 1); insert into names values ('a', 'x', 0), ('b', 'y', 0), ('p', null, 0); insert into children values ('c', 'p')`,
  )
  spy.reset()
})
after(async () => {
  await engine.close()
  await database.drop()
})

/**
 * Runs commands that end up in one group, in this order: while another group holds the only slot they come to an end.
 * Gives `ok` or the error's code for each.
 */
async function inOneGroup(...handlers: ((tx: Transaction) => unknown)[]): Promise<string[]> {
  const ended = new Signal()
  const held = new Signal()
  spy.locked = () => {
    spy.locked = () => Promise.resolve()
    held.raise()
    return ended.raised
  }
  const holder = engine.run(() => undefined, 'holder')
  await held.raised
  let left = handlers.length
  const run = async (handler: (tx: Transaction) => unknown, tx: Transaction): Promise<unknown> => {
    try {
      return await handler(tx)
    } finally {
      // A turn later the engine knows it too.
      if (--left === 0) setImmediate(() => ended.raise())
    }
  }
  const running = handlers.map((handler) => engine.run((tx) => run(handler, tx), `command-${++commandCount}`))
  await holder
  const results = await Promise.allSettled(running)
  return results.map((result) =>
    result.status === 'fulfilled' ? 'ok' : (result.reason as KeelsonError).code,
  )
}

class Signal {
  raise!: () => void
  readonly raised = new Promise<void>((resolve) => (this.raise = resolve))
}

const all = async (): Promise<unknown[]> =>
  (await engine.db.list(names)).map(({ id, name, uses }) => [id, name, uses])

test('a row deleted and inserted again by another member is the new row', async () => {
  assert.deepEqual(
    await inOneGroup(
      (tx) => tx.delete(names, 'a'),
      (tx) => tx.insert(names, { id: 'a', name: 'new', uses: 7 }),
    ),
    ['ok', 'ok'],
  )
  assert.deepEqual((await all())[0], ['a', 'new', 7])
})

test('a row deleted and inserted again by one command is the new row', async () => {
  const replace = (tx: Transaction): void => {
    tx.delete(names, 'a')
    tx.insert(names, { id: 'a', name: 'new', uses: 7 })
  }
  assert.deepEqual(await inOneGroup(replace), ['ok'])
  assert.deepEqual((await all())[0], ['a', 'new', 7])
})

test('an insert that is refused is not saved by a delete of the next member', async () => {
  assert.deepEqual(
    await inOneGroup(
      (tx) => tx.insert(names, { id: 'n', name: 'x', uses: 0 }),
      (tx) => tx.delete(names, 'n'),
    ),
    ['unique_violation', 'not_found'],
  )
  assert.deepEqual((await all()).length, 3)
})

test('nor by a delete of its own', async () => {
  const both = (tx: Transaction): void => {
    tx.insert(names, { id: 'a', name: null, uses: 0 })
    tx.delete(names, 'a')
  }
  assert.deepEqual(await inOneGroup(both), ['unique_violation'])
  assert.deepEqual((await all()).length, 3)
})

test('a unique value that is taken is not saved by the next member, who changes it', async () => {
  assert.deepEqual(
    await inOneGroup(
      (tx) => tx.insert(names, { id: 'n', name: 'x', uses: 0 }),
      (tx) => tx.update(names, 'n', { name: 'z' }),
    ),
    ['unique_violation', 'not_found'],
  )
})

test('a unique value is taken before it is free', async () => {
  assert.deepEqual(
    await inOneGroup(
      (tx) => tx.update(names, 'b', { name: 'x' }),
      (tx) => tx.update(names, 'a', { name: 'z' }),
    ),
    ['unique_violation', 'ok'],
  )
})

test('a unique value is taken after it is free', async () => {
  assert.deepEqual(
    await inOneGroup(
      (tx) => tx.update(names, 'a', { name: 'z' }),
      (tx) => tx.update(names, 'b', { name: 'x' }),
    ),
    ['ok', 'ok'],
  )
  assert.deepEqual(
    await inOneGroup(
      (tx) => tx.delete(names, 'a'),
      (tx) => tx.insert(names, { id: 'n', name: 'z', uses: 0 }),
    ),
    ['ok', 'ok'],
  )
})

test('one command that moves unique values between rows does so in its own order', async () => {
  const wrongOrder = (tx: Transaction): void => {
    tx.update(names, 'b', { name: 'x' })
    tx.update(names, 'a', { name: 'z' })
  }
  const rightOrder = (tx: Transaction): void => {
    tx.update(names, 'b', { name: 'w' })
    tx.update(names, 'a', { name: 'y' })
  }
  assert.deepEqual(await inOneGroup(wrongOrder), ['unique_violation'])
  assert.deepEqual(await inOneGroup(rightOrder), ['ok'])
})

test('a parent that has children is not saved by the next member, who removes them', async () => {
  assert.deepEqual(
    await inOneGroup(
      (tx) => tx.delete(names, 'p'),
      (tx) => tx.delete(children, 'c'),
    ),
    ['foreign_key_violation', 'ok'],
  )
  assert.equal(await engine.db.exists(names, { id: 'p' }), true)
})

test('a child without parent is not saved by the next member, who inserts one', async () => {
  assert.deepEqual(
    await inOneGroup(
      (tx) => tx.insert(children, { id: 'd', parent: 'q' }),
      (tx) => tx.insert(names, { id: 'q', name: null, uses: 0 }),
    ),
    ['foreign_key_violation', 'ok'],
  )
})

test('a value that breaks a check is not saved by the next member, who mends it', async () => {
  assert.deepEqual(
    await inOneGroup(
      (tx) => tx.update(names, 'a', { uses: -1 }),
      (tx) => tx.update(names, 'a', { uses: 5 }),
    ),
    ['check_violation', 'ok'],
  )
  assert.deepEqual((await all())[0], ['a', 'x', 5])
})

test('a list and a count see what members before have written', async () => {
  const seen: unknown[] = []
  await inOneGroup(
    (tx) => tx.insert(names, { id: 'n', name: null, uses: 3 }),
    async (tx) =>
      void seen.push(
        await tx.count(names, { uses: { gte: 1 } }),
        (await tx.list(names, { where: { uses: 3 } })).map(({ id }) => id),
      ),
  )
  assert.deepEqual(seen.slice(-2), [1, ['n']])
})

test('a list that was cut is put off where the row that moves up is not known, and is right then', async () => {
  const seen: unknown[] = []
  const first = async (tx: Transaction): Promise<void> =>
    void seen.push((await tx.list(names, { limit: 2 })).map(({ id }) => id))
  assert.deepEqual(await inOneGroup((tx) => tx.delete(names, 'b'), first), ['ok', 'ok'])
  assert.deepEqual(seen.at(-1), ['a', 'p'])
  assert.equal(spy.lockPlans.length, 3, 'the reader had a group of its own')
})

test('a list by what the database computes is put off after a change, and is right then', async () => {
  const seen = new Map<string, number>()
  // What takes long for the first time, as planning does, would go another way.
  await engine.db.count(sums, { twice: { lt: 10 } })
  await engine.db.count(sums, { twice: 10 })
  const results = await inOneGroup(
    (tx) => tx.update(sums, 's', { n: 5 }),
    async (tx) => seen.set('equal', await tx.count(sums, { twice: 10 })),
    async (tx) => seen.set('below', await tx.count(sums, { twice: { lt: 10 } })),
  )
  assert.deepEqual(
    [results, [seen.get('equal'), seen.get('below')]],
    [
      ['ok', 'ok', 'ok'],
      [1, 0],
    ],
  )
})

test('rows that a member before has inserted are changed by where they are found', async () => {
  assert.deepEqual(
    await inOneGroup(
      (tx) => tx.insert(names, { id: 'n', name: null, uses: 3 }),
      (tx) => tx.updateWhere(names, { uses: { gte: 1 } }, { uses: 5 }, { rowsMax: 10 }),
    ),
    ['ok', 'ok'],
  )
  assert.deepEqual((await all())[2], ['n', null, 5])
  assert.equal(spy.lockPlans.length, 2, 'both were in one group, beside the one that held the slot')
})

test('lists and counts see what the handler itself has written', async () => {
  const seen = await engine.run(async (tx) => {
    const { uses } = await tx.require(names, 'a')
    tx.update(names, 'a', { uses: uses + 4 })
    tx.insert(names, { id: 'n', name: null, uses: 3 })
    const listed = await tx.list(names, { where: { uses: { gte: 1 } }, orderBy: names.uses })
    await tx.require(names, 'b')
    tx.delete(names, 'b')
    return [listed.map(({ id }) => id), await tx.count(names), await tx.exists(names, { uses: 4 })]
  }, 'own')
  assert.deepEqual(seen, [['n', 'a'], 3, true])
  assert.equal(spy.soloCount, 0)
})

test('a list after a change of a row that the handler has not seen is read solo', async () => {
  const seen = await engine.run(async (tx) => {
    tx.increment(names, 'a', { uses: 4 })
    return tx.count(names, { uses: 4 })
  }, 'blind')
  assert.equal(seen, 1)
  assert.ok(spy.soloCount > 0)
})

test('a unique value leads to the row that a member before has given it', async () => {
  const seen: unknown[] = []
  const look = async (tx: Transaction): Promise<void> =>
    void seen.push((await tx.get(names, { name: 'z' }))?.id, (await tx.get(names, { name: 'x' }))?.id)
  assert.deepEqual(await inOneGroup((tx) => tx.update(names, 'a', { name: 'z' }), look), ['ok', 'ok'])
  assert.deepEqual(seen.slice(-2), ['a', undefined])
  assert.equal(
    spy.lockPlans.length,
    2,
    'this much can be told in memory, beside the group that held the slot',
  )
})
