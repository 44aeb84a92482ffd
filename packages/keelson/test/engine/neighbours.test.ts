/** What a member that waits for something costs the others: nothing, save those that want its very rows. */
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { integer, pgTable, text } from 'drizzle-orm/pg-core'
import pg from 'pg'
import type { LockedGroup, LockPlan } from '../../src/engine/port.js'
import type { Transaction } from '../../src/engine/transaction.js'
import type { Counter } from '../../src/engine/context.js'
import { createTestDatabase, GROUPS, type TestDatabase } from '../support/database.js'
import { startEngine, type TestEngine } from '../support/engine.js'
import { SpyStore } from '../support/spy-store.js'

const items = pgTable('items', { sku: text().primaryKey(), stock: integer().notNull() })
const notes = pgTable('notes', { id: text().primaryKey(), topic: text().notNull() })

/** Awaits `beforeSlow` before a group of the slow lane takes its locks. */
class SlowSpy extends SpyStore {
  beforeSlow: () => Promise<unknown> = () => Promise.resolve()

  override async lock(plan: LockPlan): Promise<LockedGroup> {
    if (plan.isSlow) await this.beforeSlow()
    return super.lock(plan)
  }
}

let database: TestDatabase
let engine: TestEngine
let spy: SlowSpy
let nowMs: number

before(async () => {
  database = await createTestDatabase(`${GROUPS}
    create table items (sku text primary key, stock int not null);
    create table notes (id text primary key, topic text not null);`)
})
beforeEach(async () => {
  await database.client.query(`truncate items, notes;
    insert into items select 'item-' || n, 10 from generate_series(0, 99) n; insert into items values ('hot', 1000)`)
  await engine?.close()
  nowMs = Date.now()
  engine = await startEngine(
    database.url,
    [items, notes],
    { clock: { now: () => nowMs } },
    (store) => (spy = new SlowSpy(store)),
  )
})
after(async () => {
  await engine.close()
  await database.drop()
})

const counted = (counter: Counter): number => engine.engine.counters.get(counter) ?? 0

/** Where handlers wait until the test lets them go, one after the other. */
class Holding {
  readonly #held: (() => void)[] = []
  readonly #watchers: (() => void)[] = []
  #begun = 0

  readonly wait = (): Promise<void> =>
    new Promise((resolve) => {
      this.#held.push(resolve)
      for (const wake of this.#watchers.splice(0)) wake()
    })

  /** The next one that waits has come. */
  async comes(): Promise<() => void> {
    while (this.#held.length <= this.#begun)
      await new Promise<void>((resolve) => this.#watchers.push(resolve))
    return this.#held[this.#begun++]!
  }
}

/** So many turns of the event loop that a run under locks which still waits has been left. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate)
}

/** Lets each run wait a little, until the command is done. */
async function release(holding: Holding, running: Promise<unknown>): Promise<void> {
  const done = running.then(() => undefined)
  for (;;) {
    const go = await Promise.race([holding.comes(), done])
    if (go === undefined) return
    await turns()
    go()
  }
}

const take =
  (sku: string) =>
  async (tx: Transaction): Promise<void> => {
    const item = await tx.require(items, sku)
    tx.update(items, sku, { stock: item.stock - 1 })
  }

const neighbours = (skuOf: (at: number) => string, count = 50): Promise<unknown> =>
  Promise.all(Array.from({ length: count }, (_, at) => engine.run(take(skuOf(at)), 'neighbour')))

const onOtherRows = (): Promise<unknown> => neighbours((at) => `item-${at + 10}`)
const onHotRow = (): Promise<unknown> => neighbours(() => 'hot')

async function hasEnded(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol('pending')
  return (await Promise.race([promise, new Promise((resolve) => setImmediate(resolve, pending))])) !== pending
}

test('a handler that waits before it reads delays nobody, not even on its own rows', async () => {
  const holding = new Holding()
  let runs = 0
  const slow = engine.run(async (tx) => {
    runs++
    await holding.wait()
    const hot = await tx.require(items, 'hot')
    if (runs === 1) await holding.wait()
    tx.update(items, 'hot', { stock: hot.stock - 1 })
  }, 'slow')
  const go = await holding.comes()
  go()
  const goOn = await holding.comes()
  await onHotRow()
  goOn()
  // Its second run, under the locks of a group, is left as soon as it waits; the third waits without locks.
  await holding.comes()
  const third = await holding.comes()
  await onHotRow()
  await onOtherRows()
  assert.equal(await hasEnded(slow), false)
  third()
  await slow
  assert.equal(runs, 3)
  assert.equal(counted('deferrals'), 1)
  assert.equal(counted('solos'), 0)
  assert.equal((await engine.db.require(items, 'hot')).stock, 1000 - 101)
})

test('a handler that waits after it has read holds its own rows only, and is put off once', async () => {
  const holding = new Holding()
  const slow = engine.run(async (tx) => {
    const [mine] = await Promise.all([tx.require(items, 'hot'), tx.require(items, 'item-0')])
    await holding.wait()
    tx.update(items, 'hot', { stock: mine.stock - 1 })
    tx.increment(items, 'item-0', { stock: -1 })
  }, 'slow')
  const first = await holding.comes()
  await onHotRow()
  first()
  await holding.comes()
  const third = await holding.comes()
  assert.equal(spy.lockPlans.filter(({ isSlow }) => isSlow).length, 1)
  const blocked = onHotRow()
  await onOtherRows()
  assert.equal(await hasEnded(blocked), false)
  assert.equal(await hasEnded(slow), false)
  third()
  await Promise.all([slow, blocked])
  assert.equal(counted('deferrals'), 1)
  assert.equal(counted('solos'), 0)
  assert.equal((await engine.db.require(items, 'hot')).stock, 1000 - 101)
})

test('slow members on rows of their own wait side by side with everybody else', async () => {
  const holding = new Holding()
  const slow = [0, 1, 2, 3, 4].map((at) =>
    engine.run(async (tx) => {
      const item = await tx.require(items, `item-${at}`)
      await holding.wait()
      tx.update(items, `item-${at}`, { stock: item.stock - 1 })
    }, 'slow'),
  )
  const held: (() => void)[] = []
  while (held.length < slow.length) held.push(await holding.comes())
  await onOtherRows()
  for (const go of held) go()
  await Promise.all(slow)
  assert.equal(counted('slowMembers'), 0)
  assert.equal(counted('reruns'), 0)
})

test('slow members whose rows have changed wait together under their locks, save those that want the same rows', async () => {
  const [first, third] = [new Holding(), new Holding()]
  const count = 10
  const slow = Array.from({ length: count + 1 }, (_, at) => {
    let runs = 0
    // The last one wants what the one before it holds.
    const sku = `item-${Math.min(at, count - 1)}`
    return engine.run(async (tx) => {
      const item = await tx.require(items, sku)
      if (++runs === 1) await first.wait()
      else if (runs === 2) await new Promise(() => undefined)
      else await third.wait()
      tx.update(items, sku, { stock: item.stock - 1 })
    }, 'slow')
  })
  const held: (() => void)[] = []
  while (held.length < slow.length) held.push(await first.comes())
  await neighbours((at) => `item-${at}`)
  for (const go of held) go()
  // As many as there are slots take their locks at once; behind them the rest gathers.
  const [one, other] = [await third.comes(), await third.comes()]
  await onOtherRows()
  while (counted('slowMembers') < 2 || counted('deferrals') < count + 1) await turns()
  one()
  other()
  const together: (() => void)[] = []
  while (together.length < count - 2) together.push(await third.comes())
  assert.equal(spy.lockPlans.filter(({ isSlow }) => isSlow).length, 3)
  await onOtherRows()
  for (const go of together) go()
  ;(await third.comes())()
  await Promise.all(slow)
  assert.equal(spy.lockPlans.filter(({ isSlow }) => isSlow).length, 4)
  assert.equal(counted('solos'), 0)
  const rows = await engine.db.list(items)
  const stockOf = (sku: string): number => rows.find((row) => row.sku === sku)!.stock
  for (let at = 0; at < count - 1; at++) assert.equal(stockOf(`item-${at}`), 10 - 2)
  // Once by a neighbour, twice by slow ones; the neighbours on other rows are on those from 10 on.
  assert.equal(stockOf(`item-${count - 1}`), 10 - 3)
})

test('a command that waits whenever it runs again is not tried inside groups for a while', async () => {
  let runs = 0
  const slowly = async (): Promise<void> => {
    const holding = new Holding()
    const running = engine.run(async (tx) => {
      runs++
      const hot = await tx.require(items, 'hot')
      await holding.wait()
      tx.update(items, 'hot', { stock: hot.stock - 1 })
    }, 'slow')
    const first = await holding.comes()
    await onHotRow()
    first()
    await release(holding, running)
  }
  const timesMin = 20
  for (let times = 0; times < timesMin; times++) await slowly()
  assert.equal(runs, timesMin * 3)
  for (let times = 0; times < 5; times++) await slowly()
  runs = 0
  await slowly()
  assert.equal(runs, 2)
  nowMs += 60_000
  await slowly()
  assert.equal(runs, 2 + 3)
})

test('a member that wants other rows in each run is put off twice, then it runs solo', async () => {
  const holding = new Holding()
  let runs = 0
  const slow = engine.run(async (tx) => {
    const run = runs++
    const hot = await tx.require(items, 'hot')
    await holding.wait()
    await tx.require(items, `item-${run}`)
    tx.update(items, 'hot', { stock: hot.stock - 1 })
  }, 'fickle')
  const first = await holding.comes()
  await onHotRow()
  first()
  await release(holding, slow)
  assert.equal(counted('deferrals'), 3)
  assert.equal(counted('solos'), 1)
  assert.equal((await engine.db.require(items, 'hot')).stock, 1000 - 51)
})

test('one that waits too long under its locks runs solo', async () => {
  const fired: (() => void)[] = []
  await engine.close()
  engine = await startEngine(database.url, [items, notes], {
    slowRunMs: 1234,
    scheduler: {
      soon: (work) => void setImmediate(work),
      after: (delayMs, work) => {
        if (delayMs === 1234) fired.push(work)
        const timer = setTimeout(work, delayMs === 1234 ? 1e6 : delayMs)
        return () => clearTimeout(timer)
      },
    },
  })
  const holding = new Holding()
  const slow = engine.run(async (tx) => {
    const hot = await tx.require(items, 'hot')
    await holding.wait()
    tx.update(items, 'hot', { stock: hot.stock - 1 })
  }, 'slow')
  const first = await holding.comes()
  await onHotRow()
  first()
  await holding.comes()
  await holding.comes()
  assert.equal(fired.length, 1)
  fired[0]!()
  ;(await holding.comes())()
  ;(await holding.comes())()
  await slow
  assert.equal(counted('solos'), 1)
  assert.equal((await engine.db.require(items, 'hot')).stock, 1000 - 51)
})

test('handlers that compute for long are run again in several groups, and none of them is blamed', async () => {
  const count = 12
  await Promise.all(
    Array.from({ length: count }, () =>
      engine.run(async (tx) => {
        const hot = await tx.require(items, 'hot')
        nowMs += 20
        tx.update(items, 'hot', { stock: hot.stock - 1 })
      }),
    ),
  )
  assert.equal((await engine.db.require(items, 'hot')).stock, 1000 - count)
  assert.ok(counted('groups') >= 4, `${counted('groups')} groups`)
  assert.equal(counted('solos'), 0)
})

test('a list that takes long is read again in the slow lane, and delays no other table', async () => {
  const other = new pg.Client({ connectionString: database.url })
  await other.connect()
  try {
    const lockTable = (): Promise<unknown> => other.query('begin; lock table notes in access exclusive mode')
    await lockTable()
    const slow = engine.run(async (tx) => {
      const found = await tx.list(notes, { where: { topic: 'a' } })
      tx.insert(notes, { id: 'x', topic: `${found.length}` })
    })
    // The wave counts as long when it has taken a tenth of a second.
    for (const startedMs = Date.now(); Date.now() - startedMs < 150;) await onOtherRows()
    let isLocked = (): void => undefined
    const locked = new Promise<void>((resolve) => (isLocked = resolve))
    spy.beforeSlow = async () => {
      await lockTable()
      isLocked()
    }
    await other.query('commit')
    await locked
    await onHotRow()
    await neighbours((at) => `item-${at}`)
    assert.equal(await hasEnded(slow), false)
    assert.equal(counted('slowMembers'), 1)
    await other.query('commit')
    await slow
    assert.equal((await engine.db.require(notes, 'x')).topic, '0')
    assert.equal(counted('deferrals'), 0)
  } finally {
    await other.end()
  }
})

test('SQL that takes long holds its own tables only: groups and solo commands of others go on', async () => {
  const holding = new Holding()
  const slow = engine.run(async (tx) => {
    await tx.sql`insert into notes values ('slow', 'x')`
    await holding.wait()
  }, 'slow sql')
  // The first run teaches which table to guard.
  ;(await holding.comes())()
  const second = await holding.comes()
  const note = engine.run(async (tx) => tx.insert(notes, { id: 'n', topic: 't' }), 'note')
  const alike = engine.run((tx) => tx.sql`delete from notes where id = 'none'`, 'slow sql')
  await onHotRow()
  await onOtherRows()
  await engine.run((tx) => tx.sql`update items set stock = stock where sku = 'item-1'`, 'quick sql')
  assert.equal(await hasEnded(note), false)
  assert.equal(await hasEnded(alike), false)
  second()
  await Promise.all([slow, note, alike])
  assert.equal((await engine.db.list(notes)).length, 2)
})
