/** Coming to rest, on a real Postgres: what a session of the service leaves open is seen, other sessions are not. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { DeadlockCounter } from '../../src/run/deadlocks.js'
import { drain } from '../../src/run/drain.js'
import type { Load } from '../../src/run/parts.js'
import type { AppProcess } from '../../src/world/world.js'
import type { Sql } from '../../src/workloads/workload.js'
import { createDatabase, type Database } from '../support/database.js'

const LIMITS = { drainMs: 400, pollMs: 20 }
let database: Database
const sql = ((text: string, values: unknown[] = []) => database.sql(text, values)) as Sql
let status = 200
const server = createServer((_, response) => response.writeHead(status).end('{"status":"x"}'))

before(async () => {
  database = await createDatabase()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
after(async () => {
  server.closeAllConnections()
  server.close()
  await database.drop()
})

async function evidence(outstanding = 0): Promise<readonly string[]> {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
  const world = { apps: [{ name: 'app-1', url } as AppProcess], sql, pause }
  const load: Load = { outstanding, stop: () => undefined, abort: async () => undefined }
  const { findings } = await drain(load, world, () => performance.now(), new AbortController().signal, LIMITS)
  assert.ok(findings.every(({ anomaly }) => anomaly === 'not-drained'))
  return findings.flatMap((finding) => finding.evidence)
}

async function session(name: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: database.url, application_name: name })
  await client.connect()
  return client
}

test('An idle system is at rest', async () => {
  const idle = await session('keelson')
  await idle.query('select 1')
  assert.deepEqual(await evidence(), [])
  await idle.end()
})

test('A transaction left open is named, with what it holds', async () => {
  const client = await session('keelson')
  await client.query('begin')
  await client.query('lock table pg_class in access share mode')
  const lines = await evidence()
  assert.equal(lines.length, 1)
  assert.match(lines[0]!, /session \d+: idle in transaction for .* relation pg_class AccessShareLock/)
  await client.end()
})

test('An advisory lock that outlives its transaction is named', async () => {
  const client = await session('keelson')
  await client.query('select pg_advisory_lock(815)')
  assert.match((await evidence())[0]!, /session \d+: idle for .* locks: advisory ExclusiveLock/)
  await client.end()
})

test("Another application's transaction is none of our business", async () => {
  const client = await session('psql')
  await client.query('begin')
  assert.deepEqual(await evidence(), [])
  await client.end()
})

test('A process that is not ready, and commands without an outcome, are named', async () => {
  status = 503
  assert.deepEqual(await evidence(3), [
    '3 commands without a known outcome',
    'app-1: /readyz answers 503 {"status":"x"}',
  ])
  status = 200
})

test('A deadlock is counted once, at the latest when its sessions have ended', async () => {
  const counter = await DeadlockCounter.open(sql)
  const [one, other] = [await session('keelson'), await session('keelson')]
  for (const client of [one, other]) {
    client.on('error', () => undefined)
    await client.query('set deadlock_timeout = 10')
    await client.query('begin')
  }
  await one.query('select pg_advisory_xact_lock(4711)')
  await other.query('select pg_advisory_xact_lock(4712)')
  const waits = await Promise.allSettled([
    one.query('select pg_advisory_xact_lock(4712)'),
    other.query('select pg_advisory_xact_lock(4711)'),
  ])
  assert.equal(waits.filter((wait) => wait.status === 'rejected').length, 1)
  const early = await counter.more()
  assert.equal(early + (await counter.last()), 1)
  assert.equal(await counter.more(), 0)
  await Promise.allSettled([one.end(), other.end()])
})
