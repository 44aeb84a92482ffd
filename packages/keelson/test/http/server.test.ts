import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { InjectOptions } from 'fastify'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { buy, getItem, SCRIPT, startApp, type TestApp } from '../support/app.js'

let database: TestDatabase
let app: TestApp

before(async () => {
  database = await createTestDatabase(SCRIPT)
  app = await startApp(database.url)
  await database.client.query("insert into items select 's' || n, 10, 1000000 from generate_series(1, 20) n")
})
after(async () => {
  await app.server.close()
  await database.drop()
})

const send = (
  method: InjectOptions['method'],
  url: string,
  payload?: unknown,
  headers: Record<string, string> = {},
) =>
  app.server.inject({
    method,
    url,
    headers: { ...app.headers, ...headers },
    ...(payload === undefined ? {} : { payload: payload as object }),
  })
const body = (response: { body: string }): Record<string, unknown> =>
  JSON.parse(response.body) as Record<string, unknown>
const stockOf = async (sku: string): Promise<number> => {
  const { rows } = await database.client.query<{ stock: number }>('select stock from items where sku = $1', [
    sku,
  ])
  return rows[0]!.stock
}

test('a command answers with status, location and what it declared', async () => {
  const response = await send(
    'POST',
    '/v1/purchases',
    { sku: 's1', quantity: 2 },
    { 'x-request-id': 'mine-1' },
  )
  assert.equal(response.statusCode, 201)
  const { id, boughtAt } = body(response)
  assert.equal(response.headers['location'], `/v1/purchases/${String(id)}`)
  assert.equal(response.headers['x-request-id'], 'mine-1')
  assert.equal(response.headers['content-type'], 'application/json; charset=utf-8')
  assert.match(String(boughtAt), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  const { rows } = await database.client.query(
    "select payload::json->>'id' as id, key, version from keelson.events where payload::json->>'id' = $1",
    [id],
  )
  assert.deepEqual(rows, [{ id, key: 's1', version: 1 }])
})

test('the same idempotency key gives the same answer byte for byte, and one effect', async () => {
  const headers = { 'idempotency-key': 'once' }
  const first = await send('POST', '/v1/purchases', { sku: 's2', quantity: 2 }, headers)
  const again = await send('POST', '/v1/purchases', { quantity: 2, sku: 's2' }, headers)
  assert.equal(again.statusCode, 201)
  assert.equal(again.body, first.body)
  assert.equal(again.headers['location'], first.headers['location'])
  assert.equal(first.headers['idempotent-replayed'], undefined)
  assert.equal(again.headers['idempotent-replayed'], 'true')
  assert.equal(await stockOf('s2'), 999_998)
  const other = await send('POST', '/v1/purchases', { sku: 's2', quantity: 3 }, headers)
  assert.deepEqual([other.statusCode, body(other)['code']], [422, 'idempotency_key_reused'])
})

test('many at once under one key have one effect and one answer', async () => {
  const responses = await Promise.all(
    Array.from({ length: 30 }, () =>
      send('POST', '/v1/purchases', { sku: 's3', quantity: 1 }, { 'idempotency-key': 'many' }),
    ),
  )
  assert.deepEqual([...new Set(responses.map((response) => response.statusCode))], [201])
  assert.equal(new Set(responses.map((response) => response.body)).size, 1)
  assert.equal(await stockOf('s3'), 999_999)
})

test('declared errors are remembered as answers are; refused callers are not', async () => {
  const headers = { 'idempotency-key': 'declared' }
  const first = await send('POST', '/v1/purchases', { sku: 'none', quantity: 1 }, headers)
  assert.deepEqual([first.statusCode, body(first)['code']], [422, 'unknown_item'])
  await database.client.query("insert into items values ('none', 1, 5)")
  const again = await send('POST', '/v1/purchases', { sku: 'none', quantity: 1 }, headers)
  assert.equal(again.body, first.body)
  const anonymous = await app.server.inject({
    method: 'POST',
    url: '/v1/purchases',
    headers: { 'idempotency-key': 'anon' },
    payload: { sku: 's1', quantity: 1 },
  })
  assert.equal(anonymous.statusCode, 401)
  const { rows } = await database.client.query('select status from keelson.idempotency where status = 401')
  assert.deepEqual(rows, [])
})

test('a declared error carries its details and the request id', async () => {
  await send('PUT', '/v1/items/few', { price: 1, stock: 3 })
  const response = await send('POST', '/v1/purchases', { sku: 'few', quantity: 4 })
  assert.equal(response.statusCode, 409)
  assert.equal(response.headers['content-type'], 'application/problem+json; charset=utf-8')
  assert.deepEqual(body(response), {
    type: 'about:blank',
    title: 'Not enough stock.',
    status: 409,
    code: 'out_of_stock',
    requestId: response.headers['x-request-id'],
    sku: 'few',
    available: 3,
  })
})

test('a callee fails the whole command even when its caller catches', async () => {
  await send('PUT', '/v1/items/twice', { price: 1, stock: 5 })
  const failed = await send('POST', '/v1/twice', { sku: 'twice', second: 9 })
  assert.deepEqual(
    [failed.statusCode, body(failed)['code'], body(failed)['available']],
    [409, 'out_of_stock', 4],
  )
  assert.equal(await stockOf('twice'), 5)
  const done = await send('POST', '/v1/twice', { sku: 'twice', second: 2 })
  assert.deepEqual([done.statusCode, done.body], [204, ''])
  assert.equal(await stockOf('twice'), 2)
  const anonymous = await app.server.inject({
    method: 'POST',
    url: '/v1/twice',
    payload: { sku: 'twice', second: 1 },
  })
  assert.equal(anonymous.statusCode, 401)
})

test('query strings are coerced by the declared types', async () => {
  const response = await send('GET', '/v1/purchases?limit=1&exact=true&since=2026-01-01T00:00:00Z')
  assert.equal(response.statusCode, 200)
  assert.equal((body(response)['items'] as unknown[]).length, 1)
  assert.equal(typeof body(response)['next'], 'string')
})

test('paths are decoded, and bodies may be left out where none is needed', async () => {
  assert.equal((await send('PUT', '/v1/items/a%2Fb%20c', { price: 1, stock: 1 })).statusCode, 200)
  assert.equal(body(await send('GET', '/v1/items/a%2Fb%20c'))['sku'], 'a/b c')
  assert.equal((await send('POST', '/v1/items/a%2Fb%20c/clear')).statusCode, 204)
  assert.equal(await stockOf('a/b c'), 0)
})

test('each request is one line of the log, without its credential', async () => {
  await send('GET', '/v1/items/s1?', undefined, { 'x-request-id': 'logged-1' })
  const line = JSON.parse(app.logged.find((each) => each.includes('logged-1'))!) as Record<string, unknown>
  assert.deepEqual(
    [line['method'], line['route'], line['status'], line['level']],
    ['GET', '/v1/items/:sku', 200, 'info'],
  )
  assert.ok(!app.logged.join('').includes(app.key))
})

test('execute and fetch answer as HTTP does', async () => {
  assert.deepEqual(await app.server.execute(getItem, { sku: 's5' }), {
    sku: 's5',
    price: 10,
    stock: 1_000_000,
  })
  const as = { id: crypto.randomUUID(), scopes: [] }
  const first = await app.server.execute(buy, { sku: 's5', quantity: 1 }, { as, idempotencyKey: 'x' })
  const again = await app.server.execute(buy, { sku: 's5', quantity: 1 }, { as, idempotencyKey: 'x' })
  assert.ok(first.boughtAt instanceof Date)
  assert.deepEqual(again, first)
  await assert.rejects(app.server.execute(buy, { sku: 's5', quantity: 1 }), { code: 'unauthenticated' })
  await assert.rejects(app.server.execute(buy, { sku: 'nowhere', quantity: 1 }, { as }), {
    code: 'unknown_item',
    status: 422,
  })
  const response = await app.server.fetch(
    new Request('http://shop/v1/purchases', {
      method: 'POST',
      headers: { ...app.headers, 'content-type': 'application/json' },
      body: '{"sku":"s5","quantity":2}',
    }),
  )
  assert.equal(response.status, 201)
  assert.equal(((await response.json()) as { quantity: number }).quantity, 2)
  assert.equal(await stockOf('s5'), 999_997)
})

test('health tells the truth', async () => {
  assert.deepEqual(body(await app.server.inject('/livez')), { status: 'alive' })
  assert.deepEqual(body(await app.server.inject('/readyz')), { status: 'ready' })
})

test('a server that stops answers what is under way, and nothing new', async () => {
  const own = await startApp(database.url)
  const url = await own.server.listen({ port: 0 })
  const underWay = fetch(`${url}/v1/late?ms=300`)
  await fetch(`${url}/livez`)
  const closed = own.server.close()
  assert.deepEqual(await (await underWay).json(), { done: true })
  await closed
  // Not only when the time to drain was over: the client keeps its connection.
  assert.ok(!own.logged.some((line) => line.includes('still under way')))
  await assert.rejects(fetch(`${url}/livez`))
  await assert.rejects(own.server.execute(getItem, { sku: 's1' }), { code: 'shutting_down' })
})
