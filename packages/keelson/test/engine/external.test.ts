/**
 * Beside a writer that is not Keelson: which anomalies cannot happen, which can on a table without the mark
 * `external`, and that they cannot with it. The other writer comes in at a chosen moment, the worst: after everything
 * was read again under locks, before the commit.
 */
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { integer, pgTable, text } from 'drizzle-orm/pg-core'
import pg from 'pg'
import type { KeelsonError } from '../../src/errors.js'
import type { Transaction } from '../../src/engine/transaction.js'
import { external } from '../../src/schema/external.js'
import { createTestDatabase, GROUPS, type TestDatabase } from '../support/database.js'
import { startEngine, type TestEngine } from '../support/engine.js'
import { SpyStore } from '../support/spy-store.js'

const columns = () => ({
  id: text().primaryKey(),
  room: text().notNull(),
  code: text().unique(),
  value: integer().notNull(),
})
const own = pgTable('own', columns())
const shared = external(pgTable('shared', columns()))
const notes = pgTable('notes', { id: text().primaryKey() })

let database: TestDatabase
let engine: TestEngine
let spy: SpyStore
let foreign: pg.Client
let foreignPid: number

before(async () => {
  const create = (name: string): string =>
    `create table ${name} (id text primary key, room text not null, code text unique, value int not null check (value >= 0));`
  database = await createTestDatabase(
    `${GROUPS} ${create('own')} ${create('shared')} create table notes (id text primary key);`,
  )
  engine = await startEngine(database.url, [own, shared, notes], {}, (store) => (spy = new SpyStore(store)))
  foreign = new pg.Client({ connectionString: database.url })
  await foreign.connect()
  const { rows } = await foreign.query<{ pid: number }>('select pg_backend_pid() as pid')
  foreignPid = rows[0]!.pid
})
beforeEach(async () => {
  await database.client.query(`truncate own, shared, notes;
    insert into own values ('a', 'r', null, 5); insert into shared values ('a', 'r', null, 5)`)
  spy.locked = () => Promise.resolve()
})
after(async () => {
  await foreign.end()
  await engine.close()
  await database.drop()
})

/** Sends a statement of the other writer and waits until it is done, or waits for a lock itself. */
async function intrude(
  statement: string,
): Promise<{ readonly waits: boolean; readonly done: Promise<unknown> }> {
  let ended = false
  const done = foreign.query(statement).finally(() => (ended = true))
  done.catch(() => undefined)
  for (;;) {
    const { rows } = await database.client.query<{ waits: boolean }>(
      `select wait_event_type is not distinct from 'Lock' as waits from pg_stat_activity where pid = $1`,
      [foreignPid],
    )
    if (rows[0]!.waits) return { waits: true, done }
    if (ended) return { waits: false, done }
  }
}

/** Runs the command with the other writer's statement in between; tells whether that had to wait. */
async function between(statement: string, handler: (tx: Transaction) => Promise<unknown>): Promise<boolean> {
  let intrusion: Awaited<ReturnType<typeof intrude>> | undefined
  spy.locked = async () => {
    intrusion ??= await intrude(statement)
  }
  await engine.run(handler)
  await intrusion!.done
  return intrusion!.waits
}

async function count(query: string): Promise<number> {
  const { rows } = await database.client.query<{ n: number }>(`select count(*)::int as n from ${query}`)
  return rows[0]!.n
}

test('a row that another changes after it was read is locked, and read again', async () => {
  let runs = 0
  await engine.run(async (tx) => {
    const row = await tx.require(own, 'a')
    if (++runs === 1) await foreign.query('update own set value = 100')
    tx.update(own, 'a', { value: row.value + 1 })
  })
  assert.equal(runs, 2)
  assert.equal((await engine.db.require(own, 'a')).value, 101)
})

test('no update is lost: another waits for the row until the commit', async () => {
  const waited = await between('update own set value = value * 10', async (tx) => {
    const row = await tx.require(own, 'a')
    tx.update(own, 'a', { value: row.value + 1 })
  })
  assert.ok(waited)
  assert.equal((await engine.db.require(own, 'a')).value, 60)
})

test('a row that a command only rests on stays as it is until the commit', async () => {
  const waited = await between("delete from own where id = 'a'", async (tx) => {
    await tx.require(own, 'a')
    tx.insert(notes, { id: 'there' })
  })
  assert.ok(waited)
})

test('constraints hold: a unique value that another takes in between is refused', async () => {
  await assert.rejects(
    between("insert into own values ('b', 'r', 'taken', 1)", async (tx) => {
      tx.insert(own, { id: 'c', room: 'r', code: 'taken', value: 1 })
    }),
    (error: KeelsonError) => error.code === 'unique_violation',
  )
})

test('a value seen to be free and taken by another is seen by the next run', async () => {
  const told = new Set<string | undefined>()
  await between("insert into own values ('b', 'r', 'taken', 1)", async (tx) => {
    const row = await tx.get(own, { code: 'taken' })
    told.add(row?.id)
    if (!row) tx.insert(own, { id: 'c', room: 'r', code: 'taken', value: 1 })
  })
  assert.deepEqual([...told], [undefined, 'b'])
})

const TABLES = { own, shared } as const

/** Both sides take the room only if its list is empty. */
function bookings(name: 'own' | 'shared'): Promise<boolean> {
  const table = TABLES[name]
  return between(
    `insert into ${name} select 'theirs', 'x', null, 1 where not exists (select from ${name} where room = 'x')`,
    async (tx) => {
      const taken = await tx.list(table, { where: { room: 'x' } })
      if (taken.length === 0) tx.insert(table, { id: 'ours', room: 'x', value: 1 })
    },
  )
}

/** Each side does something only if the other has not. */
function absences(name: 'own' | 'shared'): Promise<boolean> {
  const table = TABLES[name]
  return between(
    `insert into ${name} select 'key', 'x', null, 1 where not exists (select from notes)`,
    async (tx) => {
      if (!(await tx.get(table, 'key'))) tx.insert(notes, { id: 'the key is absent' })
    },
  )
}

test('without external, a list may be wrong by the time of the commit', async () => {
  assert.equal(await bookings('own'), false)
  assert.equal(await count("own where room = 'x'"), 2)
})

test('with external, a list holds until the commit', async () => {
  assert.equal(await bookings('shared'), true)
  assert.equal(await count("shared where room = 'x'"), 1)
})

test('without external, an absence may be wrong by the time of the commit', async () => {
  assert.equal(await absences('own'), false)
  assert.equal((await count('own')) + (await count('notes')), 3)
})

test('with external, an absence holds until the commit', async () => {
  assert.equal(await absences('shared'), true)
  assert.equal((await count('shared')) + (await count('notes')), 2)
})

/** The other comes after the command's own SQL has looked. */
async function soloBooking(name: 'own' | 'shared', lock: boolean): Promise<boolean> {
  let intrusion: Awaited<ReturnType<typeof intrude>> | undefined
  const run = (comes: boolean): Promise<unknown> =>
    engine.run(async (tx) => {
      if (lock) await tx.sql`lock table own in share row exclusive mode`
      const sees =
        name === 'own'
          ? await tx.sql`select id from own where room = 'x'`
          : await tx.sql`select id from shared where room = 'x'`
      if (!comes) return void tx.insert(TABLES[name], { id: `known ${lock}`, room: 'r', value: 1 })
      intrusion ??= await intrude(
        `insert into ${name} select 'theirs', 'x', null, 1 where not exists (select from ${name} where room = 'x')`,
      )
      if (sees.length === 0) tx.insert(TABLES[name], { id: 'ours', room: 'x', value: 1 })
    }, `solo ${name} ${lock}`)
  // Once alone, so that its tables are known.
  await run(false)
  await run(true)
  await intrusion!.done
  return intrusion!.waits
}

test('solo: the list of its SQL holds with external, or under a lock of its own', async () => {
  assert.equal(await soloBooking('own', false), false)
  assert.equal(await count("own where room = 'x'"), 2)
  assert.equal(await soloBooking('shared', false), true)
  assert.equal(await count("shared where room = 'x'"), 1)
  await database.client.query("delete from own where room = 'x'")
  assert.equal(await soloBooking('own', true), true)
  assert.equal(await count("own where room = 'x'"), 1)
})

test('the mark changes nothing but the locks: who only reads rows or writes them lets others write', async () => {
  const waited = await between("insert into shared values ('b', 'r', null, 1)", async (tx) => {
    const row = await tx.require(shared, 'a')
    tx.update(shared, 'a', { value: row.value + 1 })
    tx.insert(shared, { id: tx.id(), room: 'r', value: 1 })
  })
  assert.equal(waited, false)
  assert.equal(await count('shared'), 3)
})
