/** Deaths without a farewell: of the owner, of the server, in the middle of the first start. */
import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import pg from 'pg'
import { startEmbeddedPostgres } from '../src/index.js'
import { hasEnded } from '../src/server.js'
import { Owner } from './owner.js'
import { homeOf, mustIdentify, scratchFolder, serverOf, sql } from './scratch.js'

test('a server outlives its killed owner and is adopted by the next start, as it runs', async (t) => {
  const folder = await scratchFolder(t)
  const owner = new Owner(t, folder)
  const ready = await owner.ready()
  const client = new pg.Client({ connectionString: ready.url })
  await client.connect()
  await client.query('create table kept as select 42 as value')
  await owner.kill()

  const adopted = await startEmbeddedPostgres({ folder })
  assert.equal(adopted.origin, 'adopted')
  assert.equal(adopted.pid, ready.pid)
  assert.equal(adopted.url, ready.url)
  // The connection from before the kill still works: nothing was restarted.
  assert.deepEqual((await client.query('select value from kept')).rows, [{ value: 42 }])
  await client.end()
  await adopted.stop()
  assert.equal(await serverOf(folder), undefined)
})

test('adopting makes a database that was not there', async (t) => {
  const folder = await scratchFolder(t)
  const owner = new Owner(t, folder)
  await owner.ready()
  await owner.kill()
  const adopted = await startEmbeddedPostgres({ folder, database: 'another' })
  assert.equal(adopted.origin, 'adopted')
  assert.deepEqual(await sql(adopted.url, 'select current_database()'), [['another']])
  await adopted.stop()
})

test('an orphan with other settings is ended, and a server with the right ones started', async (t) => {
  const folder = await scratchFolder(t)
  const owner = new Owner(t, folder, 'max_connections=17')
  const ready = await owner.ready()
  await owner.kill()
  const server = await startEmbeddedPostgres({ folder })
  assert.equal(server.origin, 'started')
  assert.notEqual(server.pid, ready.pid)
  assert.equal(server.port, ready.port)
  assert.deepEqual(await sql(server.url, 'show max_connections'), [['100']])
  await server.stop()
})

test('of many starts that find an orphan at once, exactly one gets it', async (t) => {
  const folder = await scratchFolder(t)
  const owner = new Owner(t, folder)
  const ready = await owner.ready()
  await owner.kill()
  const rivals = Array.from({ length: 6 }, () => new Owner(t, folder))
  const outcomes = await Promise.all(rivals.map((rival) => rival.outcome()))
  assert.deepEqual(
    outcomes.flatMap((outcome) => outcome.ready ?? []).map(({ pid, origin }) => ({ pid, origin })),
    [{ pid: ready.pid, origin: 'adopted' }],
  )
  assert.deepEqual(
    new Set(outcomes.flatMap((outcome) => outcome.failed?.code ?? [])),
    new Set(['data_in_use']),
  )
  await Promise.all(rivals.map((rival) => rival.kill()))
})

test('what was committed survives kill -9 of Postgres', async (t) => {
  const folder = await scratchFolder(t)
  const first = await startEmbeddedPostgres({ folder })
  await sql(first.url, 'create table kept as select generate_series(1, 1000) as value')
  const identity = mustIdentify(first.pid)
  process.kill(first.pid, 'SIGKILL')
  assert.equal(await hasEnded(identity, 10_000), true)
  await first.stop()

  const second = await startEmbeddedPostgres({ folder })
  assert.equal(second.origin, 'started')
  assert.deepEqual(await sql(second.url, 'select count(*)::int from kept'), [[1000]])
  await second.stop()
})

test('recovers when owner and server are killed together', async (t) => {
  const folder = await scratchFolder(t)
  const owner = new Owner(t, folder)
  const ready = await owner.ready()
  await sql(ready.url, 'create table kept as select 42 as value')
  process.kill(ready.pid, 'SIGKILL')
  await owner.kill()
  const server = await startEmbeddedPostgres({ folder })
  assert.deepEqual(await sql(server.url, 'select value from kept'), [[42]])
  await server.stop()
})

test('a kill in the middle of the first start leaves nothing half-made', async (t) => {
  const folder = await scratchFolder(t)
  const owner = new Owner(t, folder)
  await owner.progress(/^initialising/)
  await owner.kill()
  const server = await startEmbeddedPostgres({ folder })
  assert.equal(server.origin, 'started')
  const names = await readdir((await homeOf(folder)).path)
  assert.deepEqual(
    names.filter((name) => name.startsWith('.tmp-')),
    [],
  )
  await server.stop()
})

test('a kill at the moment the server is launched leaves one that the next start handles', async (t) => {
  const folder = await scratchFolder(t)
  const owner = new Owner(t, folder)
  await owner.progress(/^starting/)
  await owner.kill()
  const server = await startEmbeddedPostgres({ folder })
  assert.deepEqual(await sql(server.url, 'select 1'), [[1]])
  await server.stop()
})

test('a postmaster.pid whose process id went to another process does not stand in the way', async (t) => {
  const folder = await scratchFolder(t)
  const first = await startEmbeddedPostgres({ folder })
  const path = join((await homeOf(folder)).data, 'postmaster.pid')
  const lines = (await readFile(path, 'utf8')).split('\n')
  await first.stop()
  // This test itself: a process that is alive, and no Postgres.
  await writeFile(path, [process.pid, ...lines.slice(1)].join('\n'), { mode: 0o600 })

  const second = await startEmbeddedPostgres({ folder })
  assert.equal(second.origin, 'started')
  await second.stop()
})
