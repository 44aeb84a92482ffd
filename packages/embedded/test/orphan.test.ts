/** Deaths without a farewell: of the owner, of the server, in the middle of the first start. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chown, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import pg from 'pg'
import { startEmbeddedPostgres } from '../src/index.js'
import { commandLineOf, identify, isAlive } from '../src/process-identity.js'
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
  await (await startEmbeddedPostgres({ folder })).stop()
  // This test itself: a process that is alive, and no Postgres.
  await pretendToRun(folder, process.pid)
  const server = await startEmbeddedPostgres({ folder })
  assert.equal(server.origin, 'started')
  await server.stop()
})

test('nor one of a dead process that nobody reaped', { skip: process.platform !== 'linux' }, async (t) => {
  const folder = await scratchFolder(t)
  await (await startEmbeddedPostgres({ folder })).stop()
  const parent = spawn('sh', ['-c', 'exec 3<&0; cat <&3 & echo $!; exec sleep 3600'])
  t.after(() => parent.kill())
  const [text] = (await once(parent.stdout, 'data')) as [Buffer]
  const zombie = Number(text.toString())
  // Once the parent has become `sleep`, it never waits for its child.
  await until(() => commandLineOf(parent.pid ?? 0)?.startsWith('sleep') === true)
  parent.stdin.end()
  await until(() => isAlive(zombie) && identify(zombie) === undefined)
  await pretendToRun(folder, zombie)
  const server = await startEmbeddedPostgres({ folder })
  assert.equal(server.origin, 'started')
  await server.stop()
})

test('a Postgres that somebody started by hand on our data is left alone', async (t) => {
  const folder = await scratchFolder(t)
  await (await startEmbeddedPostgres({ folder })).stop()
  const { data } = await homeOf(folder)
  // A program by that name with that argument is what can be seen of it.
  const byHand = spawn(process.execPath, ['-e', 'process.stdin.resume()', '--', '-D', data], {
    argv0: 'postgres',
  })
  t.after(() => byHand.kill())
  await once(byHand, 'spawn')
  await pretendToRun(folder, byHand.pid)
  await assert.rejects(startEmbeddedPostgres({ folder }), { code: 'data_in_use' })
  const ended = once(byHand, 'exit')
  byHand.kill()
  await ended
  await (await startEmbeddedPostgres({ folder })).stop()
})

/** Makes it look as if a process was the server of a folder. */
async function pretendToRun(folder: string, pid: number | undefined): Promise<void> {
  const { data, socket } = await homeOf(folder)
  const lines = [pid, data, Math.floor(Date.now() / 1000), 1, socket, '127.0.0.1', '0 0', 'ready   ', '']
  const path = join(data, 'postmaster.pid')
  await writeFile(path, lines.join('\n'), { mode: 0o600 })
  const { uid, gid } = await stat(data)
  await chown(path, uid, gid)
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000
  while (!condition()) {
    if (performance.now() > deadline) throw new Error('the condition did not come about')
    await setImmediate()
  }
}
