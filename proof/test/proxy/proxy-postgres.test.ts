/** The faults of COMMIT on a real Postgres: what the client heard, and what the server did. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test, type TestContext } from 'node:test'
import pg from 'pg'
import { TcpProxy } from '../../src/proxy/proxy.js'
import { until } from '../until.js'
import { BurstClient, type Step } from './burst-client.js'

const BEGIN: Step = { name: 'keelson_begin', text: 'begin' }
const COMMIT: Step = { name: 'keelson_commit', text: 'commit' }
const insert = (...values: readonly [string]): Step => ({
  name: 'insert',
  text: 'insert into written values ($1)',
  values,
})

const database = `keelson_proxy_${randomBytes(6).toString('hex')}`
let server: pg.Client
let direct: pg.Client
let url: URL

before(async () => {
  const given = process.env['KEELSON_TEST_DATABASE_URL']
  if (given === undefined)
    throw new Error('KEELSON_TEST_DATABASE_URL is not set: run the tests by `npm test`.')
  server = new pg.Client({ connectionString: given })
  await server.connect()
  await server.query(`create database ${database}`)
  url = new URL(given)
  url.pathname = `/${database}`
  direct = new pg.Client({ connectionString: url.href })
  await direct.connect()
  await direct.query('create table written (value text primary key)')
})

after(async () => {
  await direct.end()
  await server.query(`drop database ${database} with (force)`)
  await server.end()
})

/** A client through a proxy, whose COMMIT is prepared already: later it is known by its name alone. */
async function through(test: TestContext): Promise<{ proxy: TcpProxy; client: BurstClient }> {
  const proxy = await TcpProxy.open(url.href)
  const client = new BurstClient(proxy.url)
  test.after(() => proxy.close())
  await client.client.connect()
  await client.send(BEGIN, insert(`; commit; ${randomBytes(4).toString('hex')}`), COMMIT)
  return { proxy, client }
}

const isWritten = async (value: string): Promise<boolean> =>
  (await direct.query('select 1 from written where value = $1', [value])).rows.length > 0

const othersAreGone = (): Promise<void> =>
  until('the end of the sessions', async () => {
    const { rows } = await direct.query<{ count: number }>(
      `select count(*)::int from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
    )
    return rows[0]!.count === 0
  })

test('cut after COMMIT: lost for the client, done by the server', async (t) => {
  const { proxy, client } = await through(t)
  proxy.cutAfterCommit(1)
  await client.send({ name: 'data', text: "select '; commit;'" }, { ...insert('; commit;'), name: 'more' })
  await assert.rejects(client.send(BEGIN, insert('after'), COMMIT), /Connection terminated/)
  await until('the commit', () => isWritten('after'))
  assert.equal(proxy.commitsCut, 1)
  await othersAreGone()
})

test('cut before COMMIT: lost for the client, and rolled back by the server', async (t) => {
  const { proxy, client } = await through(t)
  proxy.cutBeforeCommit(1)
  await assert.rejects(client.send(BEGIN, insert('before'), COMMIT), /Connection terminated/)
  await othersAreGone()
  assert.equal(await isWritten('before'), false)
})

test('a late burst commits after the client was told of its loss', async (t) => {
  const { proxy, client } = await through(t)
  proxy.lateCommit(1, 1000)
  await assert.rejects(client.send(BEGIN, insert('late burst'), COMMIT), /Connection terminated/)
  assert.equal(await isWritten('late burst'), false)
  await until('the commit', () => isWritten('late burst'))
})

test('a late COMMIT keeps the locks of its transaction until it comes', async (t) => {
  const { proxy, client } = await through(t)
  proxy.lateCommit(1, 1000, 'commit')
  await assert.rejects(client.send(BEGIN, insert('late commit'), COMMIT), /Connection terminated/)
  await until('the lock', async () => {
    const { rows } = await direct.query(
      `select 1 from pg_locks where mode = 'RowExclusiveLock' and relation = 'written'::regclass`,
    )
    return rows.length > 0 || (await isWritten('late commit'))
  })
  await until('the commit', () => isWritten('late commit'))
})

test("a simple query's COMMIT is one too", async (t) => {
  const { proxy, client } = await through(t)
  proxy.cutAfterCommit(1)
  await client.client.query("select '; commit'")
  await client.client.query("begin; insert into written values ('simple')")
  await assert.rejects(client.client.query('commit'), /Connection terminated/)
  await until('the commit', () => isWritten('simple'))
})
