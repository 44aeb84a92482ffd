import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import type { InjectOptions } from 'fastify'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { items, SCRIPT, startApp, type TestApp } from '../support/app.js'

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

test('all wrong fields are named at once, wherever they came from', async () => {
  const inBody = await send('POST', '/v1/purchases', { sku: 5, quantity: 0, extra: { deep: 1 } })
  assert.equal(inBody.statusCode, 400)
  assert.deepEqual(
    (body(inBody)['errors'] as { pointer: string }[]).map(({ pointer }) => pointer),
    ['/sku', '/quantity', '/extra'],
  )
  const inQuery = await send('GET', '/v1/purchases?limit=2x&exact=maybe&since=now&nothing=1')
  assert.deepEqual(
    (body(inQuery)['errors'] as { pointer: string; message: string }[]).map(
      ({ pointer, message }) => `${pointer} ${message}`,
    ),
    [
      '/limit must be a whole number, not `2x`',
      '/since Invalid ISO datetime',
      '/exact must be `true` or `false`, not `maybe`',
      '/nothing is not a known field',
    ],
  )
})

test('query strings are coerced by the declared types', async () => {
  const response = await send('GET', '/v1/purchases?limit=1&exact=true&since=2026-01-01T00:00:00Z')
  assert.equal(response.statusCode, 200)
  assert.equal((body(response)['items'] as unknown[]).length, 1)
  assert.equal(typeof body(response)['next'], 'string')
})

test('path, query string and body may not contradict each other', async () => {
  assert.equal((await send('PUT', '/v1/items/a', { sku: 'a', price: 1, stock: 1 })).statusCode, 200)
  const differing = await send('PUT', '/v1/items/a', { sku: 'b', price: 1, stock: 1 })
  assert.deepEqual(body(differing)['errors'], [
    { pointer: '/sku', message: 'is not the one that the path gives' },
  ])
  assert.equal((await send('GET', '/v1/items/a?sku=b')).statusCode, 400)
  assert.equal((await send('POST', '/v1/purchases?sku=a', { sku: 'a', quantity: 1 })).statusCode, 400)
  assert.equal((await send('PUT', '/v1/items/a', [1])).statusCode, 400)
})

test('paths are decoded, and bodies may be left out where none is needed', async () => {
  assert.equal((await send('PUT', '/v1/items/a%2Fb%20c', { price: 1, stock: 1 })).statusCode, 200)
  assert.equal(body(await send('GET', '/v1/items/a%2Fb%20c'))['sku'], 'a/b c')
  assert.equal((await send('POST', '/v1/items/a%2Fb%20c/clear')).statusCode, 204)
  assert.equal(await stockOf('a/b c'), 0)
})

test('who may not is told so: 401 with a challenge, 403 with the scope', async () => {
  const nobody = await app.server.inject('/v1/purchases')
  assert.deepEqual([nobody.statusCode, nobody.headers['www-authenticate']], [401, 'Bearer'])
  const wrong = await app.server.inject({
    url: '/v1/items/s1',
    headers: { authorization: 'Bearer nonsense' },
  })
  assert.deepEqual(
    [wrong.statusCode, wrong.headers['www-authenticate']],
    [401, 'Bearer error="invalid_token"'],
  )
  const weak = await app.server.keys.create(crypto.randomUUID(), {
    owner: crypto.randomUUID(),
    scopes: ['other'],
  })
  const response = await app.server.inject({
    method: 'PUT',
    url: '/v1/items/x',
    headers: { authorization: `Bearer ${weak}` },
    payload: { price: 1, stock: 1 },
  })
  assert.deepEqual(
    [response.statusCode, body(response)['code'], body(response)['scope']],
    [403, 'scope_required', 'items:write'],
  )
})

test('what went wrong inside stays inside, and is logged', async () => {
  const response = await send('GET', '/v1/boom')
  assert.equal(response.statusCode, 500)
  assert.ok(!response.body.includes('secret'))
  assert.equal(body(response)['code'], 'internal')
  const line = app.logged.find((each) => each.includes('a secret'))
  assert.ok(line?.includes(String(response.headers['x-request-id'])))
  const wrong = await send('GET', '/v1/wrong')
  assert.deepEqual([wrong.statusCode, body(wrong)['code']], [500, 'output_invalid'])
  assert.equal((await send('GET', '/v1/leaky')).body, '{"n":1}')
})

test('bodies that cannot be read are told apart', async () => {
  const raw = (payload: string, type = 'application/json') =>
    app.server.inject({
      method: 'POST',
      url: '/v1/purchases',
      headers: { ...app.headers, 'content-type': type },
      payload,
    })
  const codeOf = async (response: ReturnType<typeof raw>): Promise<unknown[]> => [
    (await response).statusCode,
    body(await response)['code'],
  ]
  assert.deepEqual(await codeOf(raw('{"sku":')), [400, 'invalid_json'])
  assert.deepEqual(await codeOf(raw('{"__proto__":{"a":1}}')), [400, 'invalid_json'])
  assert.deepEqual(await codeOf(raw('{"\\u005f_proto__":{"a":1}}')), [400, 'invalid_json'])
  assert.deepEqual(await codeOf(raw('sku=a', 'application/x-www-form-urlencoded')), [
    415,
    'unsupported_media_type',
  ])
  assert.deepEqual(await codeOf(raw(JSON.stringify({ sku: 'x'.repeat(3000) }))), [413, 'body_too_large'])
  assert.deepEqual(await codeOf(raw('')), [400, 'invalid_input'])
  assert.deepEqual(await codeOf(raw('{"sku":"s1","quantity":1}', 'application/vnd.shop+json')), [
    201,
    undefined,
  ])
})

test('unknown paths are 404, unknown methods 405 with what is offered', async () => {
  const missing = await send('GET', '/v1/nothing')
  assert.deepEqual([missing.statusCode, body(missing)['code']], [404, 'not_found'])
  const response = await app.server.inject({ method: 'DELETE', url: '/v1/purchases', payload: 'not json' })
  assert.deepEqual([response.statusCode, body(response)['code']], [405, 'method_not_allowed'])
  assert.deepEqual(String(response.headers['allow']).split(', ').toSorted(), ['GET', 'HEAD', 'POST'])
  assert.equal((await send('HEAD', '/v1/items/s1')).statusCode, 200)
  assert.equal((await send('GET', '/v1/items/%E0%A4%A')).statusCode, 400)
})

test('invalid idempotency keys and request ids are not taken', async () => {
  const response = await send(
    'POST',
    '/v1/purchases',
    { sku: 's1', quantity: 1 },
    { 'idempotency-key': 'a b', 'x-request-id': 'a b' },
  )
  assert.deepEqual([response.statusCode, body(response)['code']], [400, 'invalid_idempotency_key'])
  assert.notEqual(response.headers['x-request-id'], 'a b')
})

test('a request that takes too long gets 504, and its handler the signal', async () => {
  const response = await send('GET', '/v1/slow')
  assert.deepEqual([response.statusCode, body(response)['code']], [504, 'timeout'])
})

test('violations of constraints are typed errors', async () => {
  await send('PUT', '/v1/items/u1', { price: 1, stock: 1, code: 'same' })
  const response = await send('PUT', '/v1/items/u2', { price: 1, stock: 1, code: 'same' })
  assert.deepEqual([response.statusCode, body(response)['code']], [409, 'unique_violation'])
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
  const { getItem, buy } = await import('../support/app.js')
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
  assert.ok(items)
})

test('health tells the truth', async () => {
  assert.deepEqual(body(await app.server.inject('/livez')), { status: 'alive' })
  assert.deepEqual(body(await app.server.inject('/readyz')), { status: 'ready' })
})

test('requests that are no HTTP are answered, then hung up on', async () => {
  const own = await startApp(database.url)
  const { port } = new URL(await own.server.listen({ port: 0 }))
  const answer = await new Promise<string>((resolve, reject) => {
    let text = ''
    const socket = connect(Number(port), '127.0.0.1', () => socket.write('NONSENSE\r\n\r\n'))
    socket.on('data', (data) => (text += data.toString()))
    socket.on('close', () => resolve(text))
    socket.on('error', reject)
  })
  assert.match(answer, /^HTTP\/1\.1 400 Bad Request\r\n/)
  assert.equal(body({ body: answer.split('\r\n\r\n')[1]! })['code'], 'invalid_request')
  await own.server.close()
})

test('a server that stops answers what is under way, and nothing new', async () => {
  const own = await startApp(database.url)
  const url = await own.server.listen({ port: 0 })
  const underWay = fetch(`${url}/v1/late?ms=300`)
  await fetch(`${url}/livez`)
  const closed = own.server.close()
  assert.deepEqual(await (await underWay).json(), { done: true })
  await closed
  await assert.rejects(fetch(`${url}/livez`))
})
