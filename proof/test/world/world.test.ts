/** A whole world, with a stub for the service: Postgres crashes, freezes and comes back; nothing is left at the end. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openWorld, type OpenWorld } from '../../src/world/open-world.js'
import { childrenOf } from '../../src/world/children.js'
import { until } from '../until.js'

const script = fileURLToPath(new URL('stub-service.js', import.meta.url))
const abort = new AbortController()
const notes: string[] = []
let world: OpenWorld

before(async () => {
  world = await openWorld({
    processes: 1,
    env: {},
    signal: abort.signal,
    note: (message) => notes.push(message),
    script,
  })
  // Ready is not yet at work.
  await goesOn()
})

after(() => world.close())

const commits = async (): Promise<number> => {
  const [row] = await world.sql<{ count: number }>('select count(*)::int as count from keelson.groups')
  return row!.count
}

const goesOn = async (): Promise<void> => {
  const before = await commits()
  await until('further commits', async () => (await commits()) > before)
}

test('is durable, small, and the service no superuser', async () => {
  const settings = await world.sql<{ name: string; setting: string }>(
    `select name, setting from pg_settings where name in ('fsync', 'max_connections', 'deadlock_timeout') order by 1`,
  )
  assert.deepEqual(
    settings.map(({ name, setting }) => [name, setting]),
    [
      ['deadlock_timeout', '1000'],
      ['fsync', 'on'],
      ['max_connections', '60'],
    ],
  )
  await until('a session of the service that is no superuser', async () => {
    const [service] = await world.sql<{ is_superuser: boolean }>(
      `select usesuper as is_superuser from pg_user where usename = (select usename from pg_stat_activity where application_name = 'keelson' limit 1)`,
    )
    assert.notEqual(service?.is_superuser, true)
    return service !== undefined
  })
  await goesOn()
})

for (const how of ['fast', 'immediate', 'kill'] as const)
  test(`Postgres is stopped (${how}) and comes back with what was committed`, async () => {
    const { postgres } = world
    await postgres.stop(how)
    assert.equal(postgres.isRunning, false)
    await postgres.stop(how)
    const waiting = commits()
    await postgres.start()
    assert.equal(postgres.isRunning, true)
    await postgres.start()
    assert.ok((await waiting) > 0)
    await goesOn()
  })

test('Postgres is killed while it recovers', async () => {
  const { postgres } = world
  await postgres.stop('kill')
  let kills = 0
  await until('a kill during the recovery', async () => {
    if (await postgres.startAndKill(0)) kills++
    else await postgres.stop('kill')
    assert.equal(postgres.isRunning, false)
    return kills > 0
  })
  await postgres.start()
  await goesOn()
})

test('Postgres stands still, its backends too, and goes on', async () => {
  const { postgres } = world
  const [server] = await world.sql<{ pid: number }>(
    `select split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int as pid`,
  )
  assert.ok(childrenOf(server!.pid).length > 4)
  postgres.pause()
  let hasAnswered = false
  const answer = commits().finally(() => (hasAnswered = true))
  await world.pause(300)
  assert.equal(hasAnswered, false)
  postgres.resume()
  await answer
  postgres.pause()
  await postgres.stop('kill')
  assert.deepEqual(childrenOf(server!.pid), [])
  await postgres.start()
  await goesOn()
})

test('what only reads is asked again when its session is ended, what writes is not', async () => {
  const ended = `select case when $1 > clock_timestamp() then (select count(pg_terminate_backend(pid)) from pg_stat_activity where query like '%soon%' and pid = pg_backend_pid()) end as soon`
  const [row] = await world.sql<{ soon: string | null }>(ended, [new Date(Date.now() + 300)])
  assert.equal(row!.soon, null)
  await world.sql('create table once (id int)')
  await assert.rejects(
    world.sql(
      'with gone as (select pg_terminate_backend(pg_backend_pid())) insert into once select 1 from gone',
    ),
    { code: '57P01' },
  )
  await assert.rejects(world.sql('select 1/0'), { code: '22012' })
})

test('a disk of ours can be full and be released', async (t) => {
  const { disk } = world.postgres
  if (disk === undefined) return t.skip('no small disk can be mounted here')
  await disk.fill(0)
  try {
    await assert.rejects(
      world.sql(`create unlogged table large as select repeat('x', 1000) from generate_series(1, 5000)`),
      { code: '53100' },
    )
  } finally {
    await disk.release()
  }
  await world.sql(`create unlogged table large as select repeat('x', 1000) from generate_series(1, 5000)`)
  await goesOn()
})

test('a death by itself is told, and a pause ends when the run is broken off', async () => {
  assert.deepEqual(world.unexpectedExits(), [])
  const [app] = world.apps
  await app!.restart({ STUB_DIES: '100' })
  assert.equal(await app!.hasDied(20_000), true)
  assert.deepEqual(world.unexpectedExits(), ['app-1 ended by exit code 3: the stub dies'])
  const pause = world.pause(3_600_000)
  abort.abort()
  await pause
  await world.pause(3_600_000)
})

test('nothing is left of it', async () => {
  const [row] = await world.sql<{ folder: string }>("select current_setting('data_directory') as folder")
  const folder = row!.folder
  assert.ok(existsSync(folder) || process.getuid?.() !== 0)
  await world.close()
  await world.close()
  assert.equal(existsSync(folder), false)
  const top = folder.slice(tmpdir().length + 1).split('/')[0]!
  assert.ok(!(await readdir(tmpdir())).includes(top))
  await assert.rejects(fetch(world.apps[0]!.url))
  assert.equal(existsSync(join(tmpdir(), top)), false)
})
