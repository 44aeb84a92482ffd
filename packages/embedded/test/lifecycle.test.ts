/** What a user sees: a server that is there after start, gone after stop, and keeps what it was given. */
import assert from 'node:assert/strict'
import { stat } from 'node:fs/promises'
import { test } from 'node:test'
import pg from 'pg'
import { startEmbeddedPostgres } from '../src/index.js'
import { isRunning } from '../src/process-identity.js'
import { homeOf, mustIdentify, scratchFolder, serverOf, sql } from './scratch.js'

test('keeps data and port from one run to the next', async (t) => {
  const folder = await scratchFolder(t)
  const first = await startEmbeddedPostgres({ folder })
  assert.equal(first.origin, 'started')
  assert.deepEqual(await sql(first.url, 'show data_directory'), [[first.dataFolder]])
  assert.match(first.url, new RegExp(`^postgres://postgres:[\\w-]{32}@127\\.0\\.0\\.1:${first.port}/app$`))
  await sql(first.url, 'create table kept (value int)')
  await sql(first.url, 'insert into kept values (42)')
  await first.stop()

  const second = await startEmbeddedPostgres({ folder })
  assert.equal(second.origin, 'started')
  assert.equal(second.url, first.url)
  assert.notEqual(second.pid, first.pid)
  assert.deepEqual(await sql(second.url, 'select value from kept'), [[42]])
  await second.stop()
})

test('stop waits until the server is gone, may be called again, and disconnects clients', async (t) => {
  const folder = await scratchFolder(t)
  const server = await startEmbeddedPostgres({ folder })
  const identity = mustIdentify(server.pid)
  const client = new pg.Client({ connectionString: server.url })
  const disconnected = new Promise((resolve) => client.on('error', resolve))
  await client.connect()
  await Promise.all([server.stop(), server.stop()])
  await disconnected
  assert.equal(isRunning(identity), false)
  await server.stop()
})

test('stop is content if the server is gone already', async (t) => {
  const server = await startEmbeddedPostgres({ folder: await scratchFolder(t) })
  process.kill(server.pid, 'SIGKILL')
  await server.stop()
})

test('is durable, in UTF-8, with checksums, and open to this machine only', async (t) => {
  const server = await startEmbeddedPostgres({ folder: await scratchFolder(t) })
  const expected = {
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    data_checksums: 'on',
    wal_level: 'replica',
    server_encoding: 'UTF8',
    listen_addresses: '127.0.0.1',
    password_encryption: 'scram-sha-256',
    autovacuum: 'on',
    jit: 'off',
    TimeZone: 'UTC',
  }
  const names = Object.keys(expected).map((name) => `'${name}'`)
  const rows = await sql(
    server.url,
    `select name, setting from pg_settings where name in (${names.join(', ')})`,
  )
  assert.deepEqual(Object.fromEntries(rows as [string, string][]), expected)
  assert.deepEqual(await sql(server.url, `select lower('ÀÉÎ'), 'Z' < 'a'`), [['àéî', true]])
  await server.stop()
})

test('settings of the caller win', async (t) => {
  const settings = { max_connections: '17', application_name: `it's \\ here` }
  const server = await startEmbeddedPostgres({ folder: await scratchFolder(t), settings })
  assert.deepEqual(await sql(server.url, 'show max_connections'), [['17']])
  assert.deepEqual(
    await sql(server.url, `select boot_val, reset_val from pg_settings where name = 'application_name'`),
    [['', `it's \\ here`]],
  )
  await server.stop()
})

test('makes the database that is asked for, in a new cluster and in an old one', async (t) => {
  const folder = await scratchFolder(t)
  for (const database of ['app', `Ä "strange" 'name'`]) {
    const server = await startEmbeddedPostgres({ folder, database })
    assert.deepEqual(await sql(server.url, 'select current_database()'), [[database]])
    await server.stop()
  }
})

test('keeps the password to ourselves, and refuses a wrong one', async (t) => {
  const folder = await scratchFolder(t)
  const server = await startEmbeddedPostgres({ folder })
  const home = await homeOf(folder)
  for (const path of [home.password, home.url, home.log])
    assert.equal((await stat(path)).mode & 0o777, 0o600, path)
  const wrong = new URL(server.url)
  wrong.password = 'guess'
  await assert.rejects(sql(wrong.href, 'select 1'), { code: '28P01' })
  await server.stop()
})

test('takes connections by a socket beside the data', { skip: process.platform === 'win32' }, async (t) => {
  const folder = await scratchFolder(t)
  const server = await startEmbeddedPostgres({ folder })
  const home = await homeOf(folder)
  const url = new URL(server.url)
  const client = new pg.Client({
    host: home.socket,
    port: server.port,
    user: url.username,
    password: url.password,
    database: 'app',
  })
  await client.connect()
  await client.end()
  await server.stop()
})

test('goes without a socket where its path would be too long', async (t) => {
  const folder = `${await scratchFolder(t)}/${'long/'.repeat(20)}`
  const server = await startEmbeddedPostgres({ folder })
  assert.deepEqual(await sql(server.url, 'show unix_socket_directories'), [['']])
  await server.stop()
  assert.equal(await serverOf(folder), undefined)
})
