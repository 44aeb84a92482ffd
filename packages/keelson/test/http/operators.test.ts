/** What operators see of a process: health that tells the truth, and metrics. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { SCRIPT, startApp, type TestApp } from '../support/app.js'
import { Proxy } from '../support/proxy.js'

let database: TestDatabase
let app: TestApp
before(async () => {
  database = await createTestDatabase(SCRIPT)
  app = await startApp(database.url)
  await database.client.query("insert into items values ('tea', 10, 1000)")
})
after(async () => {
  await app.server.close()
  await database.drop()
})

const buy = (quantity: number) =>
  app.server.inject({
    method: 'POST',
    url: '/v1/purchases',
    headers: app.headers,
    payload: { sku: 'tea', quantity },
  })
const metrics = async (): Promise<string> => {
  const answer = await app.server.inject({ url: '/metrics', headers: app.headers })
  assert.equal(answer.statusCode, 200)
  return answer.body
}
/** The value of a series; undefined where it is not there. */
const valueOf = (text: string, series: string): number | undefined => {
  const line = text.split('\n').find((each) => each.startsWith(`${series} `))
  return line === undefined ? undefined : Number(line.slice(series.length + 1))
}

test('metrics are for callers with their scope', async () => {
  assert.equal((await app.server.inject('/metrics')).statusCode, 401)
  const { key } = await app.server.keys.create({ owner: 'nobody', scopes: ['items:write'] })
  const refused = await app.server.inject({ url: '/metrics', headers: { authorization: `Bearer ${key}` } })
  assert.deepEqual([refused.statusCode, refused.json<{ scope: string }>().scope], [403, 'keelson:metrics'])
  const allowed = await app.server.keys.create({ owner: 'prometheus', scopes: ['keelson:metrics'] })
  const answer = await app.server.inject({
    url: '/metrics',
    headers: { authorization: `Bearer ${allowed.key}` },
  })
  assert.match(String(answer.headers['content-type']), /^text\/plain; version=0\.0\.4/)
})

test('requests and commands are counted, under names that Prometheus takes', async () => {
  await Promise.all(Array.from({ length: 20 }, () => buy(1)))
  assert.equal((await buy(101)).statusCode, 400)
  assert.equal((await app.server.inject('/nowhere')).statusCode, 404)
  const text = await metrics()
  const requests = 'http_server_request_duration_seconds_count'
  const labels = 'http_request_method="POST",http_route="/v1/purchases"'
  assert.equal(valueOf(text, `${requests}{${labels},http_response_status_code="201"}`), 20)
  assert.equal(valueOf(text, `${requests}{${labels},http_response_status_code="400"}`), 1)
  assert.equal(
    valueOf(text, `${requests}{http_request_method="GET",http_route="",http_response_status_code="404"}`),
    1,
  )
  // The one that asks.
  assert.equal(valueOf(text, 'http_server_active_requests'), 1)
  const phase = (name: string) =>
    valueOf(text, `keelson_command_phase_duration_seconds_count{keelson_phase="${name}"}`)
  for (const name of ['speculate', 'queue', 'accept', 'flush']) assert.equal(phase(name), 20, name)
  const groups = valueOf(text, 'keelson_groups_total')!
  assert.ok(groups > 0 && groups <= 20)
  assert.equal(valueOf(text, 'keelson_group_size_sum'), 20)
  assert.ok(valueOf(text, 'keelson_waves_total')! > 0)
  assert.equal(typeof valueOf(text, 'keelson_reruns_total'), 'number')
  const pool = (name: string) => `{db_client_connection_pool_name="${name}"}`
  assert.ok(valueOf(text, `db_client_connection_max${pool('groups')}`)! > 0)
  assert.equal(valueOf(text, `db_client_connection_pending_requests${pool('waves')}`), 0)
  assert.equal(typeof valueOf(text, 'keelson_outbox_unpositioned_events'), 'number')
  assert.ok(valueOf(text, 'process_cpu_seconds_total')! > 0)
})

test('every line of the page is of the format', async () => {
  for (const line of (await metrics()).split('\n'))
    assert.match(
      line,
      /^(?:|# HELP [a-z_]\w* .+|# TYPE [a-z_]\w* (?:counter|gauge|histogram|summary)|[a-z_]\w*(?:\{(?:\w+="[^"\n]*",?)+\})? (?:-?[\d.e+-]+|NaN|Nan|\+Inf))$/,
    )
})

test('readiness is false while migrations are missing', async () => {
  const readiness = async () => (await app.server.inject('/readyz')).json<{ reason?: string }>()
  assert.deepEqual(await readiness(), { status: 'ready' })
  const { rows } = await database.client.query<{ name: string; checksum: string }>(
    "delete from keelson.migrations where name = 'keelson/0002' returning name, checksum",
  )
  assert.deepEqual(await readiness(), { status: 'unready', reason: 'migrations' })
  assert.equal((await app.server.inject('/livez')).statusCode, 200)
  await database.client.query('insert into keelson.migrations (name, checksum) values ($1, $2)', [
    rows[0]!.name,
    rows[0]!.checksum,
  ])
  assert.deepEqual(await readiness(), { status: 'ready' })
})

test('while the database is away a process is unready, lives on, and still tells what it knows', async () => {
  const proxy = await Proxy.open(database.url)
  const cutOff = await startApp(proxy.url)
  try {
    const get = (url: string) => cutOff.server.inject({ url, headers: cutOff.headers })
    await get('/metrics')
    proxy.judge = () => 'cut'
    assert.deepEqual((await get('/readyz')).json(), { status: 'unready', reason: 'database' })
    assert.equal((await get('/livez')).statusCode, 200)
    // The caller is still known, for a few seconds.
    const { statusCode, body } = await get('/metrics')
    assert.equal(statusCode, 200)
    assert.equal(typeof valueOf(body, 'keelson_commands_active'), 'number')
    assert.ok(cutOff.logged.some((line) => line.includes('Some metrics could not be read')))
    proxy.judge = () => 'pass'
    assert.deepEqual((await get('/readyz')).json(), { status: 'ready' })
  } finally {
    await cutOff.server.close()
    await proxy.close()
  }
})
