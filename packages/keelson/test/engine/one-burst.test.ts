/** Groups that are accepted on what they speculated, and what happens where the rows have changed meanwhile. */
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { integer, pgTable, text } from 'drizzle-orm/pg-core'
import pg from 'pg'
import type { Counter } from '../../src/engine/context.js'
import type { BurstPlan, FlushResult, Store } from '../../src/engine/port.js'
import type { Transaction } from '../../src/engine/transaction.js'
import { createTestDatabase, GROUPS, type TestDatabase } from '../support/database.js'
import { startEngine, type TestEngine } from '../support/engine.js'
import { SpyStore } from '../support/spy-store.js'

const seats = pgTable('seats', {
  id: text().primaryKey(),
  label: text().unique(),
  taken: integer().notNull(),
})

/** Awaits `before` ahead of each burst. */
class BurstSpy extends SpyStore {
  readonly #inner: Store
  bursts: BurstPlan[] = []
  before: () => Promise<unknown> = () => Promise.resolve()

  constructor(inner: Store) {
    super(inner)
    this.#inner = inner
  }

  async commitInOneBurst(plan: BurstPlan): Promise<FlushResult | { readonly kind: 'disturbed' }> {
    this.bursts.push(plan)
    await this.before()
    return this.#inner.commitInOneBurst!(plan)
  }
}

let database: TestDatabase
let engine: TestEngine
let spy: BurstSpy
let other: pg.Client
let nowMs = 0

before(async () => {
  database = await createTestDatabase(`${GROUPS}
    create table seats (id text primary key, label text unique, taken int not null check (taken < 1000));`)
  other = new pg.Client({ connectionString: database.url })
  await other.connect()
})
beforeEach(async () => {
  await other.query(`truncate seats; insert into seats values ('a', 'A', 0), ('b', 'B', 0)`)
  await engine?.close()
  const options = { clock: { now: () => Date.now() + nowMs } }
  engine = await startEngine(database.url, [seats], options, (store) => (spy = new BurstSpy(store)))
})
after(async () => {
  await engine.close()
  await other.end()
  await database.drop()
})

const take =
  (id: string) =>
  async (tx: Transaction): Promise<number> => {
    const seat = await tx.require(seats, id)
    tx.update(seats, id, { taken: seat.taken + 1 })
    return seat.taken + 1
  }

const counted = (counter: Counter): number => engine.engine.counters.get(counter) ?? 0

async function takenOf(id: string): Promise<number | undefined> {
  const { rows } = await other.query<{ taken: number }>('select taken from seats where id = $1', [id])
  return rows[0]?.taken
}

/** Once, ahead of the next burst. */
function meanwhile(work: () => Promise<unknown>): void {
  spy.before = async () => {
    spy.before = () => Promise.resolve()
    await work()
  }
}

test('rows by their keys are locked, compared, written and committed in one burst', async () => {
  assert.equal(await engine.run(take('a')), 1)
  assert.equal(await takenOf('a'), 1)
  assert.deepEqual([spy.bursts.length, spy.lockPlans.length, counted('bursts')], [1, 0, 1])
})

test('commands behind each other on one row know what this process has just written', async () => {
  for (let times = 1; times <= 20; times++) assert.equal(await engine.run(take('a')), times)
  await Promise.all(Array.from({ length: 50 }, () => engine.run(take('a'))))
  assert.equal(await takenOf('a'), 70)
  assert.deepEqual([spy.lockPlans.length, counted('disturbed')], [0, 0])
})

test('a run that began before a commit of this process is told what it left, not what it saw', async () => {
  let [release, begin] = [(): void => undefined, (): void => undefined]
  const held = new Promise<void>((resolve) => (release = resolve))
  const begun = new Promise<void>((resolve) => (begin = resolve))
  let runs = 0
  const late = engine.run(async (tx) => {
    const seat = await tx.require(seats, 'a')
    if (++runs === 1) {
      begin()
      await held
    }
    tx.update(seats, 'a', { taken: seat.taken + 1 })
  })
  await begun
  await engine.run(take('a'))
  release()
  await late
  assert.equal(runs, 2)
  assert.equal(await takenOf('a'), 2)
  assert.deepEqual([spy.bursts.length, spy.lockPlans.length, counted('disturbed')], [2, 0, 0])
})

test('a row that another writer has changed meanwhile disturbs the burst, and the long way sees it', async () => {
  meanwhile(() => other.query(`update seats set taken = taken + 10 where id = 'a'`))
  assert.equal(await engine.run(take('a')), 11)
  assert.equal(await takenOf('a'), 11)
  assert.deepEqual([counted('disturbed'), spy.lockPlans.length], [1, 1])
})

test('a row changed and changed back is another version all the same', async () => {
  meanwhile(async () => {
    await other.query(`update seats set taken = 5 where id = 'a'`)
    await other.query(`update seats set taken = 0 where id = 'a'`)
  })
  assert.equal(await engine.run(take('a')), 1)
  assert.deepEqual([await takenOf('a'), counted('disturbed')], [1, 1])
})

test('a refusal rests on the rows that it saw: changed meanwhile, it is judged again', async () => {
  meanwhile(() => other.query(`update seats set taken = 1 where id = 'a'`))
  const outcome = engine.run(async (tx) => {
    const { taken } = await tx.require(seats, 'a')
    if (taken === 0) throw new Error('empty')
    return taken
  })
  assert.equal(await outcome, 1)
})

test('a row that goes meanwhile disturbs the burst', async () => {
  meanwhile(() => other.query(`delete from seats where id = 'a'`))
  await assert.rejects(engine.run(take('a')), { code: 'not_found' })
  assert.equal(counted('disturbed'), 1)
})

for (const [end, taken, disturbed] of [
  ['commit', 11, 1],
  ['rollback', 1, 0],
] as const) {
  test(`a writer under way that the lock waits for: ${end}`, async () => {
    meanwhile(async () => {
      await other.query(`begin; update seats set taken = taken + 10 where id = 'a'`)
      const isWaitedFor = async (): Promise<boolean> => {
        const { rows } = await database.client.query<{ waits: boolean }>(
          'select exists (select from pg_locks where not granted) as waits',
        )
        return rows[0]!.waits
      }
      void (async () => {
        while (!(await isWaitedFor())) await new Promise((resolve) => setTimeout(resolve, 5))
        await other.query(end)
      })()
    })
    assert.equal(await engine.run(take('a')), taken)
    assert.deepEqual([await takenOf('a'), counted('disturbed')], [taken, disturbed])
  })
}

test('lists, absences and values that others may take go the long way', async () => {
  await engine.run(async (tx) => void (await tx.list(seats, { where: { taken: 0 } })))
  await engine.run(async (tx) => void (await tx.get(seats, 'none')))
  await engine.run((tx) => tx.insert(seats, { id: tx.id(), label: 'C', taken: 0 }))
  await engine.run((tx) => tx.increment(seats, 'a', { taken: 1 }))
  assert.deepEqual([spy.bursts.length, spy.lockPlans.length], [0, 4])
  await engine.run((tx) => tx.insert(seats, { id: tx.id(), label: null, taken: 0 }))
  assert.deepEqual([spy.bursts.length, spy.lockPlans.length], [1, 4])
})

test('a constraint that would be broken names its member by the long way', async () => {
  await other.query(`update seats set taken = 999 where id = 'b'`)
  const [one, two] = await Promise.allSettled([engine.run(take('a')), engine.run(take('b'))])
  assert.equal(one.status, 'fulfilled')
  assert.equal(two.status === 'rejected' && (two.reason as { code: string }).code, 'check_violation')
  assert.deepEqual([await takenOf('a'), await takenOf('b')], [1, 999])
})

test('where other writers disturb most bursts, groups lock first for a while', async () => {
  const disturbedRun = async (): Promise<void> => {
    meanwhile(() => other.query(`update seats set taken = 0 where id = 'a'`))
    await engine.run(take('a'))
  }
  while (spy.lockPlans.length < 30) await disturbedRun()
  const tried = spy.bursts.length
  assert.ok(tried < 20, `${tried} bursts were tried`)
  await engine.run(take('a'))
  assert.equal(spy.bursts.length, tried)
  nowMs += 2000
  await engine.run(take('a'))
  assert.equal(spy.bursts.length, tried + 1)
})
