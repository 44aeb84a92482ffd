/** When we are root, as in most containers: Postgres refuses root, so someone else must be able to run it. */
import assert from 'node:assert/strict'
import { chmod, chown, mkdir, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { EmbeddedError, startEmbeddedPostgres } from '../src/index.js'
import { homeOf, isRoot, scratchFolder, sql } from './scratch.js'

const rootOnly = { skip: !isRoot && 'needs root' }

test('runs as nobody, who owns the data and nothing else', rootOnly, async (t) => {
  const folder = await scratchFolder(t)
  const server = await startEmbeddedPostgres({ folder })
  const home = await homeOf(folder)
  assert.equal((await stat(`/proc/${server.pid}`)).uid, 65_534)
  assert.equal((await stat(home.data)).uid, 65_534)
  for (const path of [home.path, home.config, home.log, home.password])
    assert.equal((await stat(path)).uid, 0, path)
  await server.stop()
})

/** A user that every Linux knows. */
const DAEMON = 1

test(
  "in an ordinary user's project, runs as that user and leaves the folder to them",
  rootOnly,
  async (t) => {
    const folder = await scratchFolder(t)
    await chown(dirname(folder), DAEMON, DAEMON)
    const server = await startEmbeddedPostgres({ folder })
    assert.equal((await stat(`/proc/${server.pid}`)).uid, DAEMON)
    assert.equal((await stat(folder)).uid, DAEMON)
    await server.stop()
  },
)

test(
  'in the project of a user without a name here, runs as nobody, for initdb wants a name',
  rootOnly,
  async (t) => {
    const folder = await scratchFolder(t)
    await chown(dirname(folder), 54_321, 54_321)
    const server = await startEmbeddedPostgres({ folder })
    assert.equal((await stat(`/proc/${server.pid}`)).uid, 65_534)
    assert.equal((await stat(folder)).uid, 54_321)
    await server.stop()
  },
)

test(
  'in a folder closed to others, lives elsewhere, is found again, and opens nothing',
  rootOnly,
  async (t) => {
    const folder = await scratchFolder(t)
    const closed = dirname(folder)
    await chmod(closed, 0o700)
    const messages: string[] = []
    const progress = (message: string) => void messages.push(message)
    const first = await startEmbeddedPostgres({ folder, progress })
    const home = await homeOf(folder)
    assert.ok(!home.path.startsWith(closed))
    assert.ok(
      messages.some((message) => message.includes(home.path)),
      messages.join('\n'),
    )
    await sql(first.url, 'create table kept as select 42 as value')
    await first.stop()

    const second = await startEmbeddedPostgres({ folder })
    assert.deepEqual(await sql(second.url, 'select value from kept'), [[42]])
    await second.stop()
    assert.equal((await stat(closed)).mode & 0o777, 0o700)
  },
)

test('of two starts at once in a folder closed to others, one wins', rootOnly, async (t) => {
  const folder = await scratchFolder(t)
  await chmod(dirname(folder), 0o700)
  const results = await Promise.allSettled([
    startEmbeddedPostgres({ folder }),
    startEmbeddedPostgres({ folder }),
  ])
  const won = results.filter((result) => result.status === 'fulfilled')
  const lost = results.filter((result) => result.status === 'rejected')
  assert.equal(won.length, 1)
  assert.ok(lost[0]?.reason instanceof EmbeddedError && lost[0].reason.code === 'data_in_use')
  await won[0]?.value.stop()
})

test('a folder that was deleted and made again begins anew', rootOnly, async (t) => {
  const folder = await scratchFolder(t)
  await chmod(dirname(folder), 0o700)
  const first = await startEmbeddedPostgres({ folder })
  await sql(first.url, 'create table gone (value int)')
  await first.stop()
  const old = await homeOf(folder)
  await rm(folder, { recursive: true })
  const second = await startEmbeddedPostgres({ folder })
  assert.deepEqual(await sql(second.url, `select to_regclass('gone')`), [[null]])
  await second.stop()
  await rm(old.path, { recursive: true })
})

test('data that have become out of reach are not replaced by an empty database', rootOnly, async (t) => {
  const folder = await scratchFolder(t)
  await (await startEmbeddedPostgres({ folder })).stop()
  await chmod(dirname(folder), 0o700)
  await assert.rejects(startEmbeddedPostgres({ folder }), { code: 'folder_not_writable' })
  await chmod(dirname(folder), 0o755)
  await mkdir(join(folder, 'unrelated'))
  await (await startEmbeddedPostgres({ folder })).stop()
})
