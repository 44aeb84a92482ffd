/** Connections that break at the worst moments: what is acknowledged took effect exactly once, on a real Postgres. */
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { integer, pgTable, text } from 'drizzle-orm/pg-core'
import type { KeelsonError } from '../../src/errors.js'
import type { Transaction } from '../../src/engine/transaction.js'
import { createTestDatabase, GROUPS, type TestDatabase } from '../support/database.js'
import { startEngine, type TestEngine } from '../support/engine.js'
import { NotingTransaction } from '../support/model/engine-words.js'
import { atText, Proxy } from '../support/proxy.js'
import { SpyStore } from '../support/spy-store.js'

const accounts = pgTable('accounts', { id: text().primaryKey(), balance: integer().notNull() })

let database: TestDatabase
let proxy: Proxy
let engine: TestEngine
let spy: SpyStore

before(async () => {
  database = await createTestDatabase(`${GROUPS}
    create table accounts (id text primary key, balance int not null);
    create table keelson.notes (seq bigserial primary key, command int not null, log text, payload text not null);`)
  proxy = await Proxy.open(database.url)
  engine = await startEngine(
    proxy.url,
    [accounts],
    { Transaction: NotingTransaction, membersMax: 7, rehearse: true },
    (store) => (spy = new SpyStore(store)),
  )
})
beforeEach(async () => {
  proxy.judge = () => 'pass'
  await database.client.query(`truncate accounts, keelson.notes; insert into accounts values ('all', 0)`)
  spy.reset()
})
after(async () => {
  await engine.close()
  await proxy.close()
  await database.drop()
})

const COUNT = 50

/** Adds one, and leaves a note that would stand there twice if it took effect twice. */
const deposit =
  (at: number) =>
  async (tx: Transaction): Promise<number> => {
    const account = await tx.require(accounts, 'all')
    tx.update(accounts, 'all', { balance: account.balance + 1 })
    ;(tx as NotingTransaction).note([String(at), null, 'deposit'], undefined)
    return account.balance
  }

/** Sends deposits; each must be acknowledged, and must have taken effect exactly once. */
async function assertAllOnce(): Promise<void> {
  const seen = await Promise.all(Array.from({ length: COUNT }, (_, at) => engine.run(deposit(at))))
  assert.deepEqual(
    seen.toSorted((left, right) => left - right),
    Array.from({ length: COUNT }, (_, at) => at),
  )
  await assertStored(COUNT)
}

async function assertStored(count: number): Promise<void> {
  const { rows } = await database.client.query<{ balance: number; notes: number; commands: number }>(
    'select balance, (select count(*)::int from keelson.notes) as notes, (select count(distinct command)::int from keelson.notes) as commands from accounts',
  )
  assert.deepEqual(rows, [{ balance: count, notes: count, commands: count }])
}

/** Ends every connection of the engine from the server's side. */
async function terminateBackends(): Promise<void> {
  await database.client.query(
    `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database() and application_name = 'keelson'`,
  )
}

test('the answer to COMMIT is lost, and it was done', async () => {
  proxy.judge = atText('keelson_commit', 3, () => 'lose answer')
  await assertAllOnce()
  assert.equal(engine.engine.counters.get('resolved'), 3)
})

test('COMMIT is lost on its way', async () => {
  const before = engine.engine.counters.get('resolved') ?? 0
  proxy.judge = atText('keelson_commit', 3, () => 'cut')
  await assertAllOnce()
  assert.equal(engine.engine.counters.get('resolved'), before + 3)
})

test('the connection breaks before anything is written', async () => {
  proxy.judge = atText('keelson_begin', 3, () => 'cut')
  await assertAllOnce()
})

test('the connection breaks while the answer to the locks is on its way', async () => {
  proxy.judge = atText('keelson_begin', 3, () => 'lose answer')
  await assertAllOnce()
})

test('a fresh connection breaks while it is opened', async () => {
  await terminateBackends()
  proxy.judge = atText('keelson.direct', 2, () => 'cut')
  await assertAllOnce()
})

test('the server ends the backend of a group that holds its locks', async () => {
  const { locked } = spy
  let times = 3
  spy.locked = async () => {
    if (times-- > 0) await terminateBackends()
  }
  await assertAllOnce()
  spy.locked = locked
})

test('all connections die while nothing is under way', async () => {
  await assertAllOnce()
  await terminateBackends()
  await database.client.query(`truncate keelson.notes; update accounts set balance = 0`)
  await assertAllOnce()
})

test('where BEGIN fails nothing takes effect', async () => {
  await terminateBackends()
  const broken = (chunk: Buffer): Buffer =>
    Buffer.from(chunk.toString('latin1').replace('begin isolation', 'begun isolation'), 'latin1')
  proxy.judge = atText('begin isolation level', 1, broken)
  await assert.rejects(engine.run(deposit(0)), (error: KeelsonError) => error.code === 'internal')
  await assertStored(0)
  const { rows } = await database.client.query(
    `select from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`,
  )
  assert.equal(rows.length, 0)
  await engine.run(deposit(1))
  await assertStored(1)
})

/** A deposit into an account that must not exist: its insert may clash, so that COMMIT is sent on its own. */
const open =
  (id: string) =>
  async (tx: Transaction): Promise<void> => {
    await deposit(1)(tx)
    tx.insert(accounts, { id, balance: 0 })
  }

/** Runs and tells how long it took, in milliseconds. */
async function timed(work: Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work
  return performance.now() - began
}

/** Less than the server lets a transaction idle: nobody waited for that. */
const PROMPT_MS = 5000

test('a backend that lives on with its marker uncommitted is ended, and the command runs again', async () => {
  proxy.judge = atText('keelson_commit', 1, () => 'hold')
  assert.ok((await timed(engine.run(open('new')))) < PROMPT_MS)
  proxy.deliver()
  await engine.run(deposit(2))
  await database.client.query(`delete from accounts where id = 'new'`)
  await assertStored(2)
})

test('a backend that lives on with the locks of a group, its COMMIT lost, is ended', async () => {
  proxy.judge = atText('keelson_commit', 1, () => 'hold')
  assert.ok((await timed(engine.run(deposit(1)))) < PROMPT_MS)
  proxy.deliver()
  await engine.run(deposit(2))
  await assertStored(2)
})

test('a backend that lives on with the locks of a group, nothing written yet, is ended', async () => {
  await engine.run(deposit(0))
  proxy.judge = atText('keelson_begin', 1, () => {
    // At once: the locks are taken before the command comes again.
    setImmediate(() => proxy.deliver())
    return 'hold'
  })
  assert.ok((await timed(engine.run(deposit(1)))) < PROMPT_MS)
  await assertStored(2)
})

test('a burst that arrives after its group was given up breaks on the marker', async () => {
  spy.endsBackends = false
  proxy.unheard = ''
  let asked!: () => void
  const answered = new Promise<void>((resolve) => (asked = resolve))
  spy.resolves = async (ask) => {
    const fate = await ask()
    asked()
    return fate
  }
  proxy.judge = atText('keelson_commit', 1, () => 'hold')
  const running = engine.run(deposit(1))
  await answered
  proxy.deliver()
  await running
  await assertStored(1)
  assert.match(proxy.unheard, /23505/)
  assert.match(proxy.unheard, /groups_pkey/)
})

test('without the right to end the backend its own time limit ends it, and the command comes to its end', async () => {
  spy.endsBackends = false
  proxy.judge = atText('keelson_commit', 1, () => 'hold')
  await engine.run(open('newer'))
  await database.client.query(`delete from accounts where id = 'newer'`)
  await assertStored(1)
  proxy.deliver()
  await engine.run(deposit(2))
  await assertStored(2)
})

/** Only said by who asks for the fate of a group. */
const ASKING = 'set local lock_timeout = 2000'

for (const verdict of ['cut', 'lose answer', 'hold'] as const) {
  test(`who asks for the fate of a lost group loses its connection too: ${verdict}`, async () => {
    for (const commit of ['cut', 'lose answer'] as const) {
      await database.client.query(`truncate keelson.notes; update accounts set balance = 0`)
      const lost = atText('keelson_commit', 1, () => commit)
      const askingLost = atText(ASKING, 2, () => verdict)
      proxy.judge = (chunk) => {
        const first = askingLost(chunk)
        return first === 'pass' ? lost(chunk) : first
      }
      await engine.run(deposit(1))
      proxy.deliver()
      await assertStored(1)
    }
  })
}

for (const verdict of ['cut', 'lose answer', 'hold'] as const) {
  test(`a solo command loses its COMMIT: ${verdict}`, async () => {
    const solo = async (tx: Transaction): Promise<void> => {
      await tx.sql`update accounts set balance = balance + 1`
      ;(tx as NotingTransaction).note(['1', null, 'solo'], undefined)
    }
    await engine.run(solo, 'solo')
    proxy.judge = atText('keelson_commit', 1, () => verdict)
    assert.ok((await timed(engine.run(solo, 'solo'))) < PROMPT_MS)
    proxy.deliver()
    await engine.run(solo, 'solo')
    const { rows } = await database.client.query(
      'select balance, (select count(*)::int from keelson.notes) as notes from accounts',
    )
    assert.deepEqual(rows, [{ balance: 3, notes: 3 }])
  })
}

test('no session but the one that was lost is ended', async () => {
  const { rows } = await database.client.query<{ pid: number }>('select pg_backend_pid() as pid')
  proxy.judge = atText('keelson_commit', 1, () => 'cut')
  const [{ pid }] = rows as [{ pid: number }]
  // The same process id, started at another time: as if the server had given it to somebody else since.
  let ended = false
  const wrong = await startEngine(database.url, [accounts], { Transaction: NotingTransaction }, (store) => {
    const other = new SpyStore(store)
    other.resolve = (groupId) => store.resolve(groupId, { pid, startedAt: '2020-01-01 00:00:00+00' })
    return other
  })
  try {
    await wrong.run(deposit(1))
    await database.client.query('select 1').catch(() => (ended = true))
    assert.equal(ended, false)
  } finally {
    await wrong.close()
  }
})

test('where nobody can be asked the outcome is unknown, and the error says how to ask again', async () => {
  const patient = await startEngine(
    proxy.url,
    [accounts],
    { Transaction: NotingTransaction, resolveMs: 50 },
    (store) => {
      const deaf = new SpyStore(store)
      deaf.resolve = () => Promise.reject(new Error('the primary is gone'))
      return deaf
    },
  )
  try {
    proxy.judge = atText('keelson_commit', 1, () => 'lose answer')
    await assert.rejects(patient.run(deposit(1)), (error: KeelsonError) => {
      assert.equal(error.code, 'outcome_unknown')
      assert.equal(error.retryable, true)
      assert.match(error.message, /look first whether it took effect/)
      return true
    })
    await assertStored(1)
  } finally {
    await patient.close()
  }
})

test('who slept for longer than markers are kept does not conclude from their absence', async () => {
  let nowMs = Date.now()
  const sleeper = await startEngine(
    proxy.url,
    [accounts],
    { Transaction: NotingTransaction, clock: { now: () => nowMs } },
    (store) => {
      const late = new SpyStore(store)
      late.resolves = (ask) => {
        nowMs += 3_600_000
        return ask()
      }
      return late
    },
  )
  try {
    proxy.judge = atText('keelson_commit', 1, () => 'cut')
    await assert.rejects(sleeper.run(deposit(1)), (error: KeelsonError) => error.code === 'outcome_unknown')
  } finally {
    await sleeper.close()
  }
})
