/** What members of one group owe each other: nothing. And what a group costs. */
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { integer, pgTable, text } from 'drizzle-orm/pg-core'
import type { KeelsonError } from '../../src/errors.js'
import type { Transaction } from '../../src/engine/transaction.js'
import { systemScheduler, type Scheduler } from '../../src/internal/clock.js'
import { createTestDatabase, GROUPS, type TestDatabase } from '../support/database.js'
import { startEngine, type TestEngine } from '../support/engine.js'
import { SpyStore } from '../support/spy-store.js'

const items = pgTable('items', { sku: text().primaryKey(), stock: integer().notNull(), name: text() })
const lines = pgTable('lines', {
  id: text().primaryKey(),
  sku: text()
    .notNull()
    .references(() => items.sku),
})

let database: TestDatabase
let engine: TestEngine
let spy: SpyStore
const scheduled = { soon: 0, after: 0 }
const countingScheduler: Scheduler = {
  soon: (work) => {
    scheduled.soon++
    systemScheduler.soon(work)
  },
  after: (delayMs, work) => {
    scheduled.after++
    return systemScheduler.after(delayMs, work)
  },
}

before(async () => {
  database = await createTestDatabase(`${GROUPS}
    create table items (sku text primary key, stock int not null check (stock >= 0), name text unique);
    create table lines (id text primary key, sku text not null references items);`)
  engine = await startEngine(
    database.url,
    [items, lines],
    // A slow machine must not make two groups of one.
    { scheduler: countingScheduler, rerunBudgetMs: 60_000, wavesClock: { now: () => 0 } },
    (store) => (spy = new SpyStore(store)),
  )
})
beforeEach(async () => {
  await database.client.query(`truncate items, lines;
    insert into items select 'item-' || n, 10, null from generate_series(0, 299) n; insert into items values ('hot', 1000, 'taken')`)
  spy.reset()
  scheduled.soon = scheduled.after = 0
})
after(async () => {
  await engine.close()
  await database.drop()
})

const COUNT = 300
const POISON_AT = 137

type Handler = (tx: Transaction) => Promise<unknown>

/** Each takes one of a row that all share and one of its own: whoever comes later must run again. */
const neighbour =
  (at: number): Handler =>
  async (tx) => {
    const hot = await tx.require(items, 'hot')
    tx.update(items, 'hot', { stock: hot.stock - 1 })
    tx.increment(items, `item-${at}`, { stock: -1 })
    return hot.stock
  }

/** Runs 300 commands at once, one of them the poison; gives the poison's fate when the neighbours have been judged. */
async function poisonAmong(poison: Handler, afterwards?: () => void): Promise<PromiseSettledResult<unknown>> {
  const poisoned = (at: number): boolean => at === POISON_AT
  const running = Array.from({ length: COUNT }, (_, at) =>
    engine.run(poisoned(at) ? poison : neighbour(at), poisoned(at) ? `poison-${Math.random()}` : 'neighbour'),
  )
  const fate = Promise.allSettled([running[POISON_AT]!])
  const seen = await Promise.all(running.filter((_, at) => !poisoned(at)))
  afterwards?.()
  const [settled] = await fate
  // The poison may have taken one of the shared row too; then all its neighbours together saw every other number.
  const took = settled.status === 'fulfilled' ? 1 : 0
  const expected = new Set(Array.from({ length: COUNT - 1 + took }, (_, at) => 1000 - at))
  assert.equal(new Set(seen).size, COUNT - 1)
  assert.ok(seen.every((stock) => expected.has(stock as number)))
  assert.equal((await engine.db.require(items, 'hot')).stock, 1000 - (COUNT - 1) - took)
  assert.equal((await engine.db.require(items, 'item-299')).stock, 9)
  return settled
}

function assertCode(settled: PromiseSettledResult<unknown>, code: string): void {
  assert.ok(settled.status === 'rejected')
  assert.equal((settled.reason as KeelsonError).code, code)
}

test('a poison member alters no neighbour: a key that is taken', async () => {
  const settled = await poisonAmong(async (tx) => tx.insert(items, { sku: 'item-5', stock: 1 }))
  assertCode(settled, 'unique_violation')
  assert.deepEqual(((settled as PromiseRejectedResult).reason as KeelsonError).details, {
    constraint: 'items_pkey',
    fields: ['sku'],
  })
})

test('a poison member alters no neighbour: a unique value that is taken', async () => {
  const settled = await poisonAmong(async (tx) => tx.insert(items, { sku: 'new', stock: 1, name: 'taken' }))
  assertCode(settled, 'unique_violation')
  assert.deepEqual(((settled as PromiseRejectedResult).reason as KeelsonError).details, {
    constraint: 'items_name_key',
    fields: ['name'],
  })
})

test('a poison member alters no neighbour: a check', async () => {
  assertCode(await poisonAmong(async (tx) => tx.update(items, 'item-137', { stock: -1 })), 'check_violation')
})

test('a poison member alters no neighbour: a check that a later member would mend', async () => {
  assertCode(await poisonAmong(async (tx) => tx.increment(items, 'hot', { stock: -5000 })), 'check_violation')
})

test('a poison member alters no neighbour: a foreign key', async () => {
  assertCode(
    await poisonAmong(async (tx) => tx.insert(lines, { id: 'l', sku: 'nothing' })),
    'foreign_key_violation',
  )
})

test('a poison member alters no neighbour: a handler that throws after writing', async () => {
  const settled = await poisonAmong(async (tx) => {
    const hot = await tx.require(items, 'hot')
    tx.update(items, 'hot', { stock: hot.stock - 500 })
    throw new RangeError('of its own')
  })
  assert.ok(settled.status === 'rejected' && settled.reason instanceof RangeError)
})

test('a poison member alters no neighbour: one that waits for something when it runs again', async () => {
  let runs = 0
  let release = (): void => undefined
  const released = new Promise<void>((resolve) => (release = resolve))
  const settled = await poisonAmong(
    async (tx) => {
      const hot = await tx.require(items, 'hot')
      if (++runs > 1) await released
      tx.update(items, 'hot', { stock: hot.stock - 1 })
    },
    () => release(),
  )
  assert.equal(settled.status, 'fulfilled')
  assert.ok(runs > 1)
})

test('a poison member alters no neighbour: an answer that cannot be made', async () => {
  const running = Array.from({ length: 20 }, (_, at) =>
    at === 7
      ? engine.engine.execute({
          name: 'unanswerable',
          run: async (tx) => tx.increment(items, 'hot', { stock: -1 }),
          answer: () => assert.fail('no answer'),
        })
      : engine.run(neighbour(at)),
  )
  const results = await Promise.allSettled(running)
  assert.deepEqual(
    results.flatMap(({ status }, at) => (status === 'rejected' ? at : [])),
    [7],
  )
  assert.equal((await engine.db.require(items, 'hot')).stock, 1000 - 19)
})

test('three hundred decrements of one row are one UPDATE of one row', async () => {
  const seen = await Promise.all(
    Array.from({ length: COUNT }, (_, at) =>
      engine.run(async (tx) => {
        const hot = await tx.require(items, 'hot')
        tx.update(items, 'hot', { stock: hot.stock - 1 })
        return [at, hot.stock]
      }),
    ),
  )
  assert.deepEqual(
    seen,
    Array.from({ length: COUNT }, (_, at) => [at, 1000 - at]),
  )
  assert.equal(spy.lockPlans.length, 1)
  assert.equal(spy.flushPlans.length, 1)
  const [{ statements }] = spy.flushPlans as [(typeof spy.flushPlans)[0]]
  assert.equal(statements.length, 1)
  const [update] = statements
  assert.ok(update?.kind === 'update')
  assert.deepEqual([...update.keys], ['hot'])
  assert.equal((await engine.db.require(items, 'hot')).stock, 700)
})

test('three hundred that insert if their list is empty are one group, as if one came after the other', async () => {
  const deferrals = (): number => engine.engine.counters.get('deferrals') ?? 0
  const before = deferrals()
  const seen = await Promise.all(
    Array.from({ length: COUNT }, (_, at) =>
      engine.run(async (tx) => {
        const sku = `item-${at % 3}`
        const found = await tx.list(lines, { where: { sku } })
        if (found.length === 0) tx.insert(lines, { id: `line-${at}`, sku })
        return { found: found.map(({ id }) => id), count: await tx.count(lines) }
      }, 'reserve'),
    ),
  )
  assert.deepEqual(
    seen.map(({ found }) => found),
    Array.from({ length: COUNT }, (_, at) => (at < 3 ? [] : [`line-${at % 3}`])),
  )
  assert.deepEqual(new Set(seen.slice(0, 3).map(({ count }) => count)), new Set([1, 2, 3]))
  assert.ok(seen.every(({ count }, at) => count <= 3 && count >= seen[at % 3]!.count))
  assert.deepEqual(
    (await engine.db.list(lines)).map(({ id, sku }) => `${id} of ${sku}`),
    [0, 1, 2].map((at) => `line-${at} of item-${at}`),
  )
  assert.deepEqual([deferrals() - before, spy.soloCount, spy.lockPlans.length], [0, 0, 1])
})

test('a lone request waits for nothing: one wave, one lock, one flush, no timer', async () => {
  await engine.run(neighbour(0))
  assert.deepEqual(spy.waves, ['rows'])
  assert.equal(spy.lockPlans.length, 1)
  assert.equal(spy.flushPlans.length, 1)
  assert.deepEqual(scheduled, { soon: 2, after: 0 })
})

test('now and ids stay the same when a handler runs again', async () => {
  const runs: unknown[] = []
  const again: Handler = async (tx) => {
    runs.push([tx.now.getTime(), tx.id(), tx.id()])
    const hot = await tx.require(items, 'hot')
    tx.update(items, 'hot', { stock: hot.stock - 1 })
  }
  await Promise.all([engine.run(neighbour(0)), engine.run(again)])
  assert.equal(runs.length, 2)
  assert.deepEqual(runs[0], runs[1])
})

test('commands of different group keys never share a transaction', async () => {
  const groups: (readonly (string | undefined)[])[] = []
  const probed = await startEngine(database.url, [items, lines], {
    probe: {
      committed: (_id, accepted) =>
        void groups.push(accepted.map(({ member }) => member.invocation.groupKey)),
    },
  })
  const keys = [undefined, 'a', 'b', ''] as const
  await Promise.all(
    Array.from({ length: 80 }, (_, at) =>
      probed.engine.execute({
        name: 'one',
        groupKey: keys[at % keys.length],
        run: async (tx) => Promise.resolve(tx.increment(items, 'hot', { stock: -1 })),
        answer: (outcome) => outcome,
      }),
    ),
  )
  await probed.close()
  assert.equal(groups.flat().length, 80)
  assert.ok(groups.some((members) => members.length > 1))
  for (const members of groups) assert.equal(new Set(members.map((key) => key ?? '')).size, 1)
})
