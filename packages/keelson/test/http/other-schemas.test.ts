/** Operations whose schemas are valibot's and ArkType's, as clients meet them. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { toStandardJsonSchema } from '@valibot/to-json-schema'
import { type } from 'arktype'
import type { InjectOptions } from 'fastify'
import * as v from 'valibot'
import { app as declare } from '../../src/app.js'
import { createServer } from '../../src/create-server.js'
import { anyone } from '../../src/operation/access.js'
import { command } from '../../src/operation/command.js'
import { conflict } from '../../src/operation/declared-errors.js'
import { module } from '../../src/operation/module.js'
import { query } from '../../src/operation/query.js'
import { described } from '../../src/schema/described.js'
import { startApp, type TestApp } from '../support/app.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'

const Line = v.object({ sku: v.string(), quantity: v.pipe(v.number(), v.integer(), v.minValue(1)) })
const byValibot = command('valibot.order', {
  http: { post: '/valibot/:shop' },
  input: toStandardJsonSchema(
    v.object({ shop: v.string(), lines: v.array(Line), note: v.optional(v.string()) }),
  ),
  output: toStandardJsonSchema(v.object({ shop: v.string(), count: v.number() })),
  allow: anyone,
  errors: { closed: conflict('Closed.', toStandardJsonSchema(v.object({ until: v.number() }))) },
  run({ input, fail }) {
    if (input.shop === 'shut') fail.closed({ until: 8 })
    // As an object of another library may come: with more than was declared.
    const answer = { shop: input.shop, count: input.lines.length, secret: 'x' }
    return input.shop === 'broken' ? { ...answer, count: 'many' as unknown as number } : answer
  },
})
const byArkType = query('arktype.list', {
  http: { get: '/arktype' },
  input: type({ limit: 'number.integer > 0', 'tags?': 'string[]', 'deep?': 'boolean', 'mode?': "'a' | 'b'" }),
  output: type({ limit: 'number', tags: 'string[]', item: type({ a: 'number' }).or({ b: 'string' }) }),
  allow: anyone,
  run: ({ input }) => {
    const item = { a: 1, secret: 'x' }
    return { limit: input.limit, tags: input.tags ?? [], item, secret: 'x' }
  },
})
const bySelf = query('described.one', {
  http: { get: '/described' },
  input: described(v.object({ n: v.number() }), {
    type: 'object',
    properties: { n: { type: 'number' } },
    required: ['n'],
  }),
  output: described(v.object({ n: v.number() }), { type: 'object', properties: { n: { type: 'number' } } }),
  allow: anyone,
  run: ({ input }) => input,
})

let database: TestDatabase
let app: TestApp

before(async () => {
  database = await createTestDatabase('')
  app = await startApp(database.url, { modules: [module('others', { byValibot, byArkType, bySelf })] })
})
after(async () => {
  await app.server.close()
  await database.drop()
})

interface Problem {
  readonly code: string
  readonly errors?: readonly { readonly pointer: string; readonly message: string }[]
}
async function send(method: InjectOptions['method'], url: string, payload?: object) {
  const response = await app.server.inject({ method, url: `/v1${url}`, ...(payload ? { payload } : {}) })
  return { status: response.statusCode, body: response.json<unknown>() }
}
const pointersOf = (body: unknown): string[] => (body as Problem).errors!.map(({ pointer }) => pointer)

test('valibot validates input, output and details', async () => {
  const order = { lines: [{ sku: 'a', quantity: 1 }] }
  assert.deepEqual(await send('POST', '/valibot/main', order), {
    status: 200,
    body: { shop: 'main', count: 1 },
  })
  const wrong = await send('POST', '/valibot/main', { lines: [{ sku: 1, quantity: 0 }], note: null })
  assert.equal(wrong.status, 400)
  assert.deepEqual(pointersOf(wrong.body), ['/lines/0/sku', '/lines/0/quantity', '/note'])
  const refused = await send('POST', '/valibot/shut', order)
  assert.equal(refused.status, 409)
  assert.equal((refused.body as { until: number }).until, 8)
  const broken = await send('POST', '/valibot/broken', order)
  assert.equal(broken.status, 500)
  assert.equal((broken.body as Problem).code, 'output_invalid')
})

test('unknown fields are refused at every depth, though the library lets them pass', async () => {
  const deep = await send('POST', '/valibot/main', {
    lines: [{ sku: 'a', quantity: 0, price: 1 }],
    admin: true,
  })
  assert.equal(deep.status, 400)
  assert.deepEqual(pointersOf(deep.body), ['/admin', '/lines/0/price', '/lines/0/quantity'])
  const query = await send('GET', '/arktype?limit=1&sort=x')
  assert.deepEqual(pointersOf(query.body), ['/sort'])
})

test('what was not declared does not leave, though the library lets it pass', async () => {
  const { body } = await send('GET', '/arktype?limit=1')
  assert.deepEqual(body, { limit: 1, tags: [], item: { a: 1 } })
})

test('query strings are coerced by what the library tells of its types', async () => {
  const { body } = await send('GET', '/arktype?limit=7&tags=1&deep=true&mode=a')
  assert.deepEqual(body, { limit: 7, tags: ['1'], item: { a: 1 } })
  const wrong = await send('GET', '/arktype?limit=2x&deep=1')
  assert.deepEqual(pointersOf(wrong.body).toSorted(), ['/deep', '/limit'])
  assert.deepEqual(await send('GET', '/described?n=1.5'), { status: 200, body: { n: 1.5 } })
})

test('OpenAPI tells what the libraries tell', async () => {
  const document = (await app.server.inject('/openapi.json')).json<{
    paths: Record<string, Record<string, { parameters: unknown; requestBody?: unknown }>>
  }>()
  const { parameters } = document.paths['/v1/arktype']!['get']!
  assert.deepEqual(
    (parameters as { name: string; required: boolean }[])
      .map(({ name, required }) => `${name} ${required}`)
      .toSorted(),
    ['deep false', 'limit true', 'mode false', 'tags false'],
  )
  const text = JSON.stringify(document.paths['/v1/valibot/{shop}']!['post']!.requestBody)
  assert.match(text, /"quantity":\{"type":"integer","minimum":1\}/)
  assert.match(text, /"additionalProperties":false/)
})

test('a schema that cannot be described is refused at start, with the way out', async () => {
  const schema = v.object({ a: v.string() })
  const bare = query('bare', {
    http: { get: '/bare' },
    input: schema,
    output: schema,
    allow: anyone,
    run: ({ input }) => input,
  })
  const error = await createServer(declare({ name: 'bare', modules: [module('bare', { bare })] }), {
    databaseUrl: database.url,
  }).then(
    () => assert.fail('it started'),
    (thrown: Error) => thrown,
  )
  assert.match(error.message, /`bare`: the schema of `input` \(valibot\) does not tell its JSON Schema/)
  assert.match(error.message, /toStandardJsonSchema/)
  assert.match(error.message, /described\(schema, \{ … \}\)/)
  // Where it is not served, nobody needs to describe it.
  const inside = query('inside', { input: schema, output: schema, allow: anyone, run: ({ input }) => input })
  const started = await startApp(database.url, { modules: [module('inside', { inside })] })
  assert.deepEqual(await started.server.execute(inside, { a: 'x' }), { a: 'x' })
  await started.server.close()
})
