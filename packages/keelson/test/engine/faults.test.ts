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
    { Transaction: NotingTransaction, membersMax: 7 },
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
