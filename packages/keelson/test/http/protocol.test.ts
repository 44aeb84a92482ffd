/** What HTTP itself asks of a server: methods, media types, codings, limits, headers for browsers. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import type { InjectOptions } from 'fastify'
import * as z from 'zod'
import { readConfig } from '../../src/config/config.js'
import type { KeelsonError } from '../../src/errors.js'
import { anyone, signedIn } from '../../src/operation/access.js'
import { module } from '../../src/operation/module.js'
import { query } from '../../src/operation/query.js'
import { SCRIPT, startApp, type TestApp } from '../support/app.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'

const long = query('long', {
  http: { get: '/long', etag: (): string => 'one', headers: { 'X-Pages': (): number => 7 } },
  output: z.object({ text: z.string() }),
  allow: anyone,
  run: () => ({ text: 'word '.repeat(1000) }),
})
const fixed = query('fixed', {
  http: { get: '/fixed', cacheControl: 'private, no-transform' },
  output: z.object({ text: z.string() }),
  allow: anyone,
  run: () => ({ text: 'word '.repeat(1000) }),
})

let database: TestDatabase
let app: TestApp
/** With its own routes, and open to some pages. */
let open: TestApp

before(async () => {
  database = await createTestDatabase(SCRIPT)
  app = await startApp(database.url)
  open = await startApp(
    database.url,
    {
      modules: [module('open', { long, fixed })],
      http: {
        cors: { origins: ['https://shop.example'], credentials: true, headers: ['x-own'] },
        setup: (fastify) => void fastify.register((own) => void own.get('/own', () => ({ own: true }))),
      },
    },
    { config: readConfig({ KEELSON_HSTS_SECONDS: '31536000' }) },
  )
  await database.client.query("insert into items values ('s1', 10, 5), ('s2', 10, 5)")
})
after(async () => {
  await app.server.close()
  await open.server.close()
  await database.drop()
})

const send = (
  method: NonNullable<InjectOptions['method']>,
  url: string,
  headers: Record<string, string> = {},
  payload?: string | Buffer,
) =>
  app.server.inject({
    method,
    url,
    headers: { ...app.headers, ...headers },
    ...(payload === undefined ? {} : { payload }),
  })
const codeOf = ({ statusCode, body }: { statusCode: number; body: string }): unknown[] => [
  statusCode,
  (JSON.parse(body) as { code?: string }).code,
]
const allowed = (response: { headers: Record<string, unknown> }): string[] =>
  String(response.headers['allow']).split(', ').toSorted()

test('every path says what it offers, and refuses what it does not', async () => {
  const options = await send('OPTIONS', '/v1/purchases')
  assert.deepEqual([options.statusCode, options.body], [204, ''])
  assert.deepEqual(allowed(options), ['GET', 'HEAD', 'OPTIONS', 'POST'])
  assert.deepEqual(codeOf(await send('TRACE', '/v1/purchases')), [405, 'method_not_allowed'])
  for (const path of ['/livez', '/openapi.json', '/docs']) {
    const response = await send('POST', path)
    assert.deepEqual(codeOf(response), [405, 'method_not_allowed'], path)
    assert.deepEqual(allowed(response), ['GET', 'HEAD', 'OPTIONS'])
  }
  const own = await open.server.inject({ method: 'DELETE', url: '/own' })
  assert.deepEqual(codeOf(own), [405, 'method_not_allowed'])
  assert.deepEqual(codeOf(await send('OPTIONS', '/v1/nowhere')), [404, 'not_found'])
  assert.deepEqual(codeOf(await send('PROPFIND', '/v1/purchases')), [501, 'method_not_implemented'])
})

test('HEAD answers as GET does, without a body', async () => {
  const get = await send('GET', '/v1/items/s1')
  const head = await send('HEAD', '/v1/items/s1')
  assert.deepEqual([head.statusCode, head.body], [200, ''])
  assert.equal(head.headers['content-length'], get.headers['content-length'])
  assert.equal(head.headers['content-type'], get.headers['content-type'])
})

test('who does not take JSON is told that there is nothing else', async () => {
  for (const accept of [
    'text/html',
    'application/xml;q=0.9',
    'application/json;q=0, */*',
    'application/json;q=0',
  ])
    assert.deepEqual(codeOf(await send('GET', '/v1/items/s1', { accept })), [406, 'not_acceptable'], accept)
  for (const accept of [
    '*/*',
    'application/*',
    'text/html, */*;q=0.1',
    'text/html, Application/JSON; q=0.5',
    'text/*;q=0, */*',
  ])
    assert.equal((await send('GET', '/v1/items/s1', { accept })).statusCode, 200, accept)
  // Nothing is answered, so that nothing can be refused.
  assert.equal((await send('POST', '/v1/items/s1/clear', { accept: 'text/html' })).statusCode, 204)
})

const post = (payload: string | Buffer, headers: Record<string, string> = {}) =>
  send('POST', '/v1/purchases', { 'content-type': 'application/json', ...headers }, payload)

test('a body is JSON in UTF-8, as it is', async () => {
  const body = '{"sku":"s2","quantity":1}'
  const refused = [415, 'unsupported_media_type']
  assert.deepEqual(codeOf(await post(body, { 'content-encoding': 'gzip' })), refused)
  assert.deepEqual(codeOf(await post(body, { 'content-type': 'application/json; charset=latin1' })), refused)
  assert.deepEqual(codeOf(await post(body, { 'content-type': 'text/plain' })), refused)
  assert.equal((await post(body, { 'content-type': 'application/json; charset="UTF-8"' })).statusCode, 201)
  const latin = Buffer.from('{"sku":"\u00fc","quantity":1}', 'latin1')
  assert.deepEqual(codeOf(await post(latin)), [400, 'invalid_json'])
})

test('a body has its depth, an address its length', async () => {
  const nested = (depth: number): string =>
    `{"sku":${'['.repeat(depth - 1)}"]]"${']'.repeat(depth - 1)},"quantity":1}`
  assert.deepEqual(codeOf(await post(nested(64))), [400, 'invalid_input'])
  assert.deepEqual(codeOf(await post(nested(65))), [400, 'invalid_json'])
  // Brackets in texts, and beside each other, are not depth.
  const beside = `{"sku":"${'['.repeat(100)}","quantity":1,"more":[${'{},'.repeat(100)}{}]}`
  assert.deepEqual(codeOf(await post(beside)), [400, 'invalid_input'])
  assert.deepEqual(codeOf(await send('GET', `/v1/purchases?cursor=${'a'.repeat(8000)}`)), [
    414,
    'uri_too_long',
  ])
  assert.deepEqual(codeOf(await send('GET', `/v1/nowhere?${'a'.repeat(8000)}`)), [414, 'uri_too_long'])
  assert.deepEqual(codeOf(await send('GET', `/v1/items/${'a'.repeat(600)}`)), [414, 'uri_too_long'])
})

test('long answers are compressed for clients that take it', async () => {
  const get = (encoding: string, path = '/long', method: 'GET' | 'HEAD' = 'GET') =>
    open.server.inject({ method, url: path, headers: { 'accept-encoding': encoding } })
  const plain = await open.server.inject('/long')
  assert.equal(plain.headers['content-encoding'], undefined)
  assert.match(String(plain.headers['vary']), /accept-encoding/)
  const br = await get('gzip, deflate, br')
  assert.equal(br.headers['content-encoding'], 'br')
  assert.equal(brotliDecompressSync(br.rawPayload).toString(), plain.body)
  const zipped = await get('gzip;q=0.8, br;q=0.5')
  assert.equal(zipped.headers['content-encoding'], 'gzip')
  assert.equal(gunzipSync(zipped.rawPayload).toString(), plain.body)
  for (const encoding of ['identity', 'br;q=0, gzip;q=0', 'deflate', '*;q=0'])
    assert.equal((await get(encoding)).headers['content-encoding'], undefined, encoding)
  for (const page of ['/openapi.json', '/docs'])
    assert.equal((await get('br', page)).headers['content-encoding'], 'br', page)
  assert.equal((await get('br', '/fixed')).headers['content-encoding'], undefined)
  assert.equal((await get('br', '/own')).headers['content-encoding'], undefined)
  assert.equal((await get('br', '/long', 'HEAD')).headers['content-encoding'], undefined)
  // The tag names these bytes, and still the same version.
  assert.deepEqual([plain.headers['etag'], br.headers['etag']], ['"one"', '"one;br"'])
  const again = await open.server.inject({ url: '/long', headers: { 'if-none-match': '"one;br"' } })
  assert.equal(again.statusCode, 304)
})

test('every answer carries safe headers and its id', async () => {
  for (const url of ['/own', '/long', '/nowhere', '/livez', '/%E0%A4%A']) {
    const { headers } = await open.server.inject({ url, headers: { 'x-request-id': 'id-1' } })
    assert.equal(headers['x-content-type-options'], 'nosniff', url)
    assert.match(String(headers['content-security-policy']), /frame-ancestors 'none'/, url)
    assert.equal(headers['referrer-policy'], 'no-referrer', url)
    assert.equal(headers['strict-transport-security'], 'max-age=31536000; includeSubDomains', url)
    assert.equal(headers['x-request-id'], 'id-1', url)
    assert.equal(headers['x-powered-by'], undefined)
  }
  assert.equal((await send('GET', '/livez')).headers['strict-transport-security'], undefined)
})

test('pages of other origins may nothing, unless configured', async () => {
  const headers = { origin: 'https://shop.example' }
  const closed = await send('GET', '/v1/items/s1', headers)
  assert.equal(closed.headers['access-control-allow-origin'], undefined)
  const ok = await open.server.inject({ url: '/long', headers })
  assert.equal(ok.headers['access-control-allow-origin'], 'https://shop.example')
  assert.equal(ok.headers['access-control-allow-credentials'], 'true')
  assert.match(String(ok.headers['access-control-expose-headers']), /etag.*X-Pages/)
  assert.match(String(ok.headers['vary']), /origin/)
  const refusal = await open.server.inject({ url: '/nowhere', headers })
  assert.equal(refusal.headers['access-control-allow-origin'], 'https://shop.example')
  const other = await open.server.inject({ url: '/long', headers: { origin: 'https://evil.example' } })
  assert.equal(other.headers['access-control-allow-origin'], undefined)
  assert.match(String(other.headers['vary']), /origin/)
  const asked = { ...headers, 'access-control-request-method': 'PUT' }
  const preflight = await open.server.inject({ method: 'OPTIONS', url: '/long', headers: asked })
  assert.equal(preflight.statusCode, 204)
  assert.match(String(preflight.headers['access-control-allow-methods']), /PUT/)
  assert.match(String(preflight.headers['access-control-allow-headers']), /idempotency-key.*x-own/)
})

test('what is declared wrongly is told at start', async () => {
  const wrong = query('wrong', {
    http: {
      get: '/wrong',
      cacheControl: 'public',
      headers: { ETag: (): string => 'x', 'a b': (): string => 'x' },
    },
    output: z.object({}),
    allow: signedIn,
    run: () => ({}),
  })
  const options = {
    modules: [module('wrong', { wrong })],
    http: { cors: { origins: ['shop.example', 'https://shop.example/'] } },
  }
  await assert.rejects(startApp(database.url, options), ({ message }: KeelsonError) => {
    assert.match(message, /`shop.example` is no origin/)
    assert.match(message, /`https:\/\/shop.example\/` is no origin/)
    assert.match(message, /shared caches/)
    assert.match(message, /`ETag` is not one to declare/)
    assert.match(message, /`a b` is no name/)
    return true
  })
})
