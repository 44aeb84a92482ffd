import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import type { InjectOptions } from 'fastify'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { SCRIPT, startApp, type TestApp } from '../support/app.js'

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
      '/limit Must be a whole number, not `2x`.',
      '/since Must be a date and time such as `2026-01-31T12:00:00Z` (RFC 3339).',
      '/exact Must be `true` or `false`, not `maybe`.',
      '/nothing Is not a known field.',
    ],
  )
})

test('a parameter that is given twice is refused', async () => {
  const twice = await send('GET', '/v1/purchases?limit=1&limit=2&cursor=a&cursor=b')
  assert.deepEqual(body(twice)['errors'], [
    { pointer: '/limit', message: 'Is given 2 times: give it once.' },
    { pointer: '/cursor', message: 'Is given 2 times: give it once.' },
  ])
})

test('path, query string and body may not contradict each other', async () => {
  assert.equal((await send('PUT', '/v1/items/a', { sku: 'a', price: 1, stock: 1 })).statusCode, 200)
  const differing = await send('PUT', '/v1/items/a', { sku: 'b', price: 1, stock: 1 })
  assert.deepEqual(body(differing)['errors'], [
    { pointer: '/sku', message: 'Is not the one that the path gives.' },
  ])
  assert.equal((await send('GET', '/v1/items/a?sku=b')).statusCode, 400)
  assert.equal((await send('POST', '/v1/purchases?sku=a', { sku: 'a', quantity: 1 })).statusCode, 400)
  assert.equal((await send('PUT', '/v1/items/a', [1])).statusCode, 400)
})

test('who may not is told so: 401 with a challenge, 403 with the scope', async () => {
  const nobody = await app.server.inject('/v1/purchases')
  assert.deepEqual([nobody.statusCode, nobody.headers['www-authenticate']], [401, 'Bearer realm="api"'])
  const wrong = await app.server.inject({
    url: '/v1/items/s1',
    headers: { authorization: 'Bearer nonsense' },
  })
  assert.deepEqual(
    [wrong.statusCode, wrong.headers['www-authenticate']],
    [401, 'Bearer realm="api", error="invalid_token"'],
  )
  const { key: weak } = await app.server.keys.create({ owner: crypto.randomUUID(), scopes: ['other'] })
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

const raw = (payload: string, type = 'application/json') =>
  app.server.inject({
    method: 'POST',
    url: '/v1/purchases',
    headers: { ...app.headers, 'content-type': type },
    payload,
  })

test('bodies that cannot be read are told apart', async () => {
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
  assert.deepEqual(String(response.headers['allow']).split(', ').toSorted(), [
    'GET',
    'HEAD',
    'OPTIONS',
    'POST',
  ])
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
