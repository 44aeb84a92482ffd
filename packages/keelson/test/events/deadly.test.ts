/** Events whose handling ends the process: nobody is left to say so, and yet they are counted and parked. */
import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, beforeEach, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Server } from '../../src/composition/server.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { count, follow, SCRIPT } from '../support/followed.js'
import { until } from '../support/until.js'

const FOLLOWER = fileURLToPath(new URL('../support/deadly-follower-process.js', import.meta.url))
const ATTEMPTS_MAX = 3

let database: TestDatabase
let server: Server
const children: ChildProcess[] = []

beforeEach(async () => {
  database = await createTestDatabase(SCRIPT)
  server = (await follow(database, [], { roles: ['http'] })).server
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await server.close()
  await database.drop()
})

const rows = async (text: string): Promise<Record<string, unknown>[]> =>
  (await database.client.query<Record<string, unknown>>(text)).rows

function startFollower(): ChildProcess {
  const child = spawn(process.execPath, [FOLLOWER], {
    env: { ...process.env, DATABASE_URL: database.url },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  return child
}

const held = async (): Promise<Record<string, unknown> | undefined> =>
  (await rows('select key, reason, attempts, next_try_at is null as parked from keelson.event_held_keys'))[0]

/** Starts one process after the other, as a supervisor does, until one lives to see that this holds; counts those that died. */
async function superviseUntil(holds: () => Promise<boolean>): Promise<number> {
  for (let deaths = 0; deaths <= 10; deaths++) {
    const child = startFollower()
    const died = once(child, 'exit').then(() => true)
    const over = new AbortController()
    const lived = until('it lives or dies', async () => over.signal.aborted || (await holds())).then(
      () => false,
    )
    const isDead = await Promise.race([died, lived])
    over.abort()
    await lived
    if (!isDead) return deaths
    assert.equal(child.signalCode, 'SIGKILL')
    // Leases of the one that died run out now rather than in seconds.
    await database.client.query("update keelson.leases set expires_at = now() - interval '1 s'")
  }
  throw new Error('Processes die without end.')
}

test('an event that ends each process is parked after its tries; other keys go on, each event once', async () => {
  const keys = ['a', 'deadly', 'b', 'c']
  for (const key of [...keys, ...keys]) await server.execute(count, { key })
  const isDone = async (): Promise<boolean> =>
    (await held())?.['parked'] === true && (await rows('select from seen')).length === 6
  const deaths = await superviseUntil(isDone)
  // The first one died before anybody took care.
  assert.equal(deaths, ATTEMPTS_MAX + 1)
  assert.deepEqual(await held(), { key: 'deadly', reason: 'lost', attempts: ATTEMPTS_MAX, parked: true })
  assert.deepEqual(
    await rows('select key, value from seen order by key, place'),
    ['a', 'b', 'c'].flatMap((key) => [1, 2].map((value) => ({ key, value }))),
  )
  await until(
    'both events of the key wait',
    async () => (await rows('select from keelson.event_held')).length === 2,
  )
  assert.deepEqual(await rows('select trying_position from keelson.subscribers'), [{ trying_position: null }])
})

test('so is one that ends the process when it is tried again', async () => {
  await server.execute(count, { key: 'late' })
  const deaths = await superviseUntil(async () => {
    const found = await held()
    if (found === undefined) return false
    // It fails once; from then on it is deadly.
    await database.client.query("insert into totals values ('armed', 1) on conflict do nothing")
    return found['parked'] === true
  })
  const found = await held()
  assert.equal(found?.['reason'], 'lost')
  assert.ok(deaths > 0 && deaths <= ATTEMPTS_MAX, `${deaths} died`)
  await server.execute(count, { key: 'fine' })
  await until(
    'the one that lives goes on',
    async () => (await rows("select from seen where key = 'fine'")).length === 1,
  )
})
