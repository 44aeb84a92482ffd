/** Routes with Fastify's own request and reply. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { after, before, test } from 'node:test'
import * as z from 'zod'
import type { KeelsonError } from '../../src/errors.js'
import { route } from '../../src/http/route.js'
import { anyone, scope, signedIn } from '../../src/operation/access.js'
import { module } from '../../src/operation/module.js'
import { query } from '../../src/operation/query.js'
import { startApp, type TestApp } from '../support/app.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'

const whoami = query('whoami', {
  output: z.object({ id: z.string() }),
  allow: signedIn,
  run: ({ actor }) => ({ id: actor.id }),
})

const upload = route('upload', {
  http: { post: '/uploads/:name' },
  input: z.object({ name: z.string(), chunk: z.int().optional() }),
  allow: signedIn,
  bodyBytesMax: 1000,
  async run({ input, body, execute, actor, reply }) {
    let bytes = 0
    for await (const chunk of body) bytes += (chunk as Buffer).length
    const { id } = await execute(whoami, {})
    reply.code(201)
    return { ...input, bytes, isSame: id === actor.id }
  },
})
const nothing = route('nothing', { http: { post: '/nothing' }, allow: anyone, run: () => undefined })
const fails = route('fails', {
  http: { get: '/fails' },
  allow: scope('fail'),
  run: () => {
    throw new Error('a secret')
  },
})
const breaks = route('breaks', {
  http: { get: '/breaks' },
  allow: anyone,
  run: () =>
    Readable.from(
      (function* () {
        yield 'the beginning'
        throw new Error('a secret')
      })(),
    ),
})
const own = route('own', {
  http: { get: '/own' },
  allow: anyone,
  run({ reply }) {
    reply.hijack()
    reply.raw.end('by hand')
  },
})
/** What open streams tell of their end. */
const ends: (() => void)[] = []
const endless = route('endless', {
  http: { get: '/endless' },
  allow: anyone,
  run({ reply, signal }) {
    reply.type('text/event-stream')
    return Readable.from(
      (async function* () {
        yield 'data: 1\n\n'
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
        ends.shift()?.()
      })(),
    )
  },
})

let database: TestDatabase
let app: TestApp
let port: number

before(async () => {
  database = await createTestDatabase('')
  app = await startApp(database.url, {
    modules: [module('routes', { whoami, upload, nothing, fails, breaks, own, endless })],
    http: { prefix: '/v1' },
  })
  port = Number(new URL(await app.server.listen({ port: 0 })).port)
})
after(async () => {
  await app.server.close()
  await database.drop()
})

const post = (url: string, payload: string | Readable, headers: Record<string, string> = {}) =>
  app.server.inject({ method: 'POST', url, payload, headers: { ...app.headers, ...headers } })
const codeOf = ({ statusCode, body }: { statusCode: number; body: string }): unknown[] => [
  statusCode,
  (JSON.parse(body) as { code?: string }).code,
]

test('the body comes as it is, of any type, and operations run as the caller', async () => {
  for (const type of ['image/png', 'application/json', 'text/plain; charset=latin1']) {
    const response = await post('/v1/uploads/a?chunk=3', '{"not json', { 'content-type': type })
    assert.equal(response.statusCode, 201, response.body)
    assert.deepEqual(JSON.parse(response.body), { name: 'a', chunk: 3, bytes: 10, isSame: true })
    assert.equal(response.headers['cache-control'], 'no-store')
    assert.equal(response.headers['x-content-type-options'], 'nosniff')
  }
  const empty = await app.server.inject({ method: 'POST', url: '/v1/uploads/a', headers: app.headers })
  assert.equal((JSON.parse(empty.body) as { bytes: number }).bytes, 0)
})

test('the caller, the input and the rule are settled before', async () => {
  const anonymous = await app.server.inject({ method: 'POST', url: '/v1/uploads/a', payload: 'x' })
  assert.deepEqual(codeOf(anonymous), [401, 'unauthenticated'])
  assert.deepEqual(codeOf(await post('/v1/uploads/a?chunk=x', 'x')), [400, 'invalid_input'])
  assert.deepEqual(codeOf(await post('/v1/uploads/a?other=1', 'x')), [400, 'invalid_input'])
  const { key } = await app.server.keys.create({ owner: crypto.randomUUID(), scopes: ['other'] })
  const weak = await app.server.inject({ url: '/v1/fails', headers: { authorization: `Bearer ${key}` } })
  assert.deepEqual(codeOf(weak), [403, 'scope_required'])
  const other = await app.server.inject({ method: 'DELETE', url: '/v1/uploads/a' })
  assert.deepEqual(codeOf(other), [405, 'method_not_allowed'])
})

test('a body ends at its limit, whether it says its length or not', async () => {
  const type = { 'content-type': 'application/octet-stream' }
  assert.deepEqual(codeOf(await post('/v1/uploads/a', 'x'.repeat(1001), type)), [413, 'body_too_large'])
  const chunks = Readable.from(Array.from({ length: 20 }, () => Buffer.alloc(100)))
  const chunked = await post('/v1/uploads/a', chunks, { ...type, 'transfer-encoding': 'chunked' })
  assert.deepEqual(codeOf(chunked), [413, 'body_too_large'])
})

test('what a handler gives is sent; what it throws is a problem, and stays inside', async () => {
  assert.equal((await post('/v1/nothing', '')).statusCode, 204)
  const failed = await app.server.inject({ url: '/v1/fails', headers: app.headers })
  assert.deepEqual(codeOf(failed), [500, 'internal'])
  assert.ok(!failed.body.includes('secret'))
  assert.ok(app.logged.some((line) => line.includes('a secret') && line.includes('"operation":"fails"')))
  assert.equal(await (await fetch(`http://127.0.0.1:${port}/v1/own`)).text(), 'by hand')
  // It cannot be told otherwise any more; but whoever reads it must not take it for the whole.
  const broken = await fetch(`http://127.0.0.1:${port}/v1/breaks`)
  await assert.rejects(broken.text())
})

test('a stream ends when its caller hangs up', async () => {
  const ended = new Promise<void>((resolve) => ends.push(resolve))
  const socket = connect(port, '127.0.0.1', () => socket.write('GET /v1/endless HTTP/1.1\r\nHost: a\r\n\r\n'))
  const [said] = (await once(socket, 'data')) as [Buffer]
  assert.match(said.toString(), /text\/event-stream/)
  socket.destroy()
  await ended
})

test('fetch streams in and out', async () => {
  const ended = new Promise<void>((resolve) => ends.push(resolve))
  const caller = new AbortController()
  const response = await app.server.fetch(new Request('http://shop/v1/endless', { signal: caller.signal }))
  const { value } = await response.body!.pipeThrough(new TextDecoderStream()).getReader().read()
  assert.equal(value, 'data: 1\n\n')
  caller.abort()
  await ended
  const sent = await app.server.fetch(
    new Request('http://shop/v1/uploads/a', { method: 'POST', headers: app.headers, body: 'x'.repeat(900) }),
  )
  assert.equal(((await sent.json()) as { bytes: number }).bytes, 900)
})

test('routes are held to the rules of operations', async () => {
  const missing = route('missing.field', { http: { get: '/things/:id' }, allow: anyone, run: () => ({}) })
  const same = route('whoami', { http: { get: '/who' }, allow: anyone, run: () => ({}) })
  const taken = route('taken', { http: { get: '/livez' }, allow: anyone, run: () => ({}) })
  const open = route('open', { http: { get: '/open' }, run: () => ({}) } as never)
  const declared = { modules: [module('wrong', { whoami, missing, same, taken, open })], http: {} }
  await assert.rejects(startApp(database.url, declared), ({ message }: KeelsonError) => {
    assert.match(message, /`:id`, which `input` lacks/)
    assert.match(message, /Two operations are called `whoami`/)
    assert.match(message, /\/livez is served by Keelson itself/)
    assert.match(message, /`open` does not say who may use it/)
    return true
  })
  const forgotten = route('forgotten', { http: { get: '/forgotten' }, allow: anyone, run: () => ({}) })
  const unlisted = { modules: [module('half', { whoami })], http: {} }
  await assert.rejects(startApp(database.url, unlisted), new RegExp(`${forgotten.name}.* no module lists it`))
})
