import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import pg from 'pg'
import { OWN_MIGRATIONS } from '../../src/migrations/own.js'
import { CursorKeys } from '../../src/operation/cursor-keys.js'
import type { Connections } from '../../src/postgres/connections.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'

const TABLE = OWN_MIGRATIONS.find(({ name }) => name === 'keelson/0006')!.sql

let database: TestDatabase
let pool: pg.Pool
let queries = 0
let nowMs = 0

before(async () => {
  database = await createTestDatabase(`create schema keelson; ${TABLE}`)
  pool = new pg.Pool({ connectionString: database.url })
})
after(async () => {
  await pool.end()
  await database.drop()
})
beforeEach(async () => {
  await database.client.query('delete from keelson.cursor_keys')
  nowMs = 0
})

const query = (text: string, values?: unknown[]): Promise<pg.QueryResult> => {
  queries++
  return pool.query(text, values)
}
const connections = { query } as unknown as Connections
const process = (onError: (error: unknown) => void = assert.ifError): CursorKeys =>
  new CursorKeys({ connections, now: () => nowMs, onError })
const age = (id: number, days: number): Promise<unknown> =>
  database.client.query(
    `update keelson.cursor_keys set created_at = now() - make_interval(days => $2) where id = $1`,
    [id | 0, days],
  )

test('processes that start at once agree on what they open', async () => {
  const all = Array.from({ length: 4 }, () => process())
  const keys = await Promise.all(all.map((each) => each.newest()))
  nowMs += 2000
  for (const each of all)
    for (const key of keys) assert.deepEqual(await each.find(key.id), key, 'each key is known everywhere')
})

test('a key is replaced after thirty days, and still opens for sixty more', async () => {
  const old = await process().newest()
  await age(old.id, 29)
  assert.equal((await process().newest()).id, old.id)
  await age(old.id, 31)
  const renewed = process()
  const fresh = await renewed.newest()
  assert.notEqual(fresh.id, old.id)
  assert.deepEqual(await renewed.find(old.id), old)
  await age(fresh.id, 31)
  await age(old.id, 91)
  const later = process()
  await later.newest()
  assert.equal(await later.find(old.id), undefined)
})

test('a process that was there before meets the new key without a restart', async () => {
  const running = process()
  const old = await running.newest()
  await age(old.id, 31)
  const fresh = await process().newest()
  assert.equal((await running.newest()).id, old.id)
  nowMs += 2000
  assert.deepEqual(await running.find(fresh.id), fresh)
})

test('made-up keys make it look once a second at most', async () => {
  const running = process()
  await running.newest()
  queries = 0
  for (let id = 1; id < 50; id++) assert.equal(await running.find(id), undefined)
  assert.equal(queries, 0)
  nowMs += 1000
  await Promise.all(Array.from({ length: 50 }, (_, id) => running.find(id)))
  assert.equal(queries, 1)
})
