/** Whatever goes wrong, and wherever: the answer is a problem of the table, and says nothing of the inside. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { InjectOptions } from 'fastify'
import { integer, pgTable, text } from 'drizzle-orm/pg-core'
import * as z from 'zod'
import { ERRORS } from '../../src/errors.js'
import { anyone } from '../../src/operation/access.js'
import { command } from '../../src/operation/command.js'
import { module } from '../../src/operation/module.js'
import { query } from '../../src/operation/query.js'
import { startApp, type TestApp } from '../support/app.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'

const SECRET = 'hidden-7f3a'
const things = pgTable('things', {
  id: text().primaryKey(),
  amount: integer().notNull(),
  code: text(),
})

/** A value that fails as soon as it is looked at. */
const trap = (): never => {
  throw new Error(SECRET)
}
const thrown: Readonly<Record<string, () => unknown>> = {
  error: trap,
  text: () => {
    // eslint-disable-next-line typescript/only-throw-error -- handlers may do anything
    throw SECRET
  },
  nothing: () => {
    // eslint-disable-next-line typescript/only-throw-error -- handlers may do anything
    throw undefined
  },
  status: () => {
    throw Object.assign(new Error(SECRET), { statusCode: 418, status: 418, code: SECRET })
  },
  circle: () => {
    const error = new Error(SECRET)
    error.cause = error
    throw error
  },
  rejection: () => Promise.reject(new Error(SECRET)),
  type: () => (undefined as unknown as { a: { b: number } }).a.b,
  depth: () => {
    const deeper = (): unknown => [deeper()]
    return deeper()
  },
  bigint: () => JSON.stringify({ [SECRET]: 1n }),
}
const failing = Object.entries(thrown).flatMap(([name, run]) => [
  query(`query.${name}`, {
    http: { get: `/query/${name}` },
    output: z.object({}),
    allow: anyone,
    run: run as () => Record<string, never>,
  }),
  command(`command.${name}`, {
    http: { post: `/command/${name}` },
    allow: anyone,
    run: async () => void (await run()),
  }),
])
const predicate = query('predicate', {
  http: { get: '/predicate' },
  output: z.object({}),
  allow: trap,
  run: () => ({}),
})
const badSql = query('badSql', {
  http: { get: '/bad-sql' },
  output: z.object({}),
  allow: anyone,
  async run({ db }) {
    await db.sql`select ${SECRET}::int, missing_column from things`
    return {}
  },
})
const badCommandSql = command('badCommandSql', {
  http: { post: '/bad-sql' },
  allow: anyone,
  async run({ tx }) {
    await tx.sql`insert into things (id, amount) select ${SECRET}, missing_column`
  },
})
const put = command('put', {
  http: { put: '/things/:id' },
  input: z.object({ id: z.string(), amount: z.number(), code: z.string().optional() }),
  allow: anyone,
  async run({ input, tx }) {
    await tx.upsert(things, input)
  },
})
const get = query('get', {
  http: { get: '/things/:id', location: trap },
  input: z.object({ id: z.string() }),
  output: z.object({}),
  allow: anyone,
  run: () => ({}),
})

let database: TestDatabase
let app: TestApp

before(async () => {
  database = await createTestDatabase(
    `create table things (id text primary key, amount integer not null constraint positive check (amount > 0), code text unique);
    insert into things values ('taken', 1, '${SECRET}');`,
  )
  const exports = { things, predicate, badSql, badCommandSql, put, get }
  app = await startApp(database.url, {
    modules: [
      module('failing', { ...exports, ...Object.fromEntries(failing.map((each) => [each.name, each])) }),
    ],
    http: {
      setup: (fastify) => {
        fastify.get('/own', trap)
        fastify.get('/own/status', () => {
          throw Object.assign(new Error(SECRET), { statusCode: 404 })
        })
      },
    },
  })
})
after(async () => {
  await app.server.close()
  await database.drop()
})

/** Words that only the inside knows. */
const INSIDE = [
  SECRET,
  'select',
  'insert',
  'things',
  'column',
  '/src/',
  '/dist/',
  'node_modules',
  '    at ',
  '.js:',
  'stack',
]

async function assertProblem(
  options: InjectOptions,
  expected: { readonly status: number; readonly code?: string },
): Promise<void> {
  const { statusCode, headers, body } = await app.server.inject(options)
  const about = `${options.method ?? 'GET'} ${JSON.stringify(options.url)}: ${body}`
  assert.equal(statusCode, expected.status, about)
  assert.equal(headers['content-type'], 'application/problem+json; charset=utf-8', about)
  assert.equal(headers['cache-control'], 'no-store')
  const problem = JSON.parse(body) as {
    code: keyof typeof ERRORS
    status: number
    title: string
    requestId: string
  }
  assert.equal(problem.status, statusCode)
  assert.equal(problem.title, ERRORS[problem.code].title, about)
  assert.equal(problem.requestId, headers['x-request-id'])
  if (expected.code !== undefined) assert.equal(problem.code, expected.code, about)
  for (const word of INSIDE) assert.ok(!body.includes(word), `${word} in ${about}`)
}

test('handlers that fail', async () => {
  for (const name of Object.keys(thrown)) {
    await assertProblem({ url: `/query/${name}` }, { status: 500, code: 'internal' })
    await assertProblem({ method: 'POST', url: `/command/${name}` }, { status: 500, code: 'internal' })
  }
  await assertProblem({ url: '/things/a' }, { status: 500, code: 'internal' })
  await assertProblem({ url: '/own' }, { status: 500, code: 'internal' })
  await assertProblem({ url: '/own/status' }, { status: 400, code: 'invalid_request' })
})

test('a rule of access that fails lets nobody in', async () => {
  const key = { headers: app.headers }
  await assertProblem({ url: '/predicate', ...key }, { status: 500, code: 'internal' })
})

test('errors of the database', async () => {
  await assertProblem({ url: '/bad-sql' }, { status: 500, code: 'internal' })
  await assertProblem({ method: 'POST', url: '/bad-sql' }, { status: 500, code: 'internal' })
  const taken = { amount: 1, code: SECRET }
  const response = await app.server.inject({ method: 'PUT', url: '/things/new', payload: taken })
  assert.equal(response.statusCode, 409)
  assert.ok(!response.body.includes(SECRET), 'the values of others are theirs')
  const broken = await app.server.inject({ method: 'PUT', url: '/things/new', payload: { amount: -1 } })
  assert.equal(broken.statusCode, 422)
  assert.ok(!/insert|violates|Failing row/i.test(broken.body), broken.body)
  const huge = await app.server.inject({ method: 'PUT', url: '/things/new', payload: { amount: 1e12 } })
  assert.equal(huge.statusCode, 422, huge.body)
  const nul = await app.server.inject({
    method: 'PUT',
    url: '/things/new',
    payload: { amount: 1, code: 'a\u0000b' },
  })
  assert.equal(nul.statusCode, 422, nul.body)
  const path = await app.server.inject({ method: 'PUT', url: '/things/a%00b', payload: { amount: 1 } })
  assert.equal(path.statusCode, 422, path.body)
})

test('bodies and addresses that nobody wrote by hand', async () => {
  const send = (payload: string, type = 'application/json'): InjectOptions => ({
    method: 'PUT',
    url: '/things/a',
    headers: { 'content-type': type },
    payload,
  })
  for (const payload of ['{', '{"amount":1}}', 'nul', '{"amount":NaN}', '\ufeff{}', "{'amount':1}"])
    await assertProblem(send(payload), { status: 400, code: 'invalid_json' })
  for (const payload of [
    'null',
    '1',
    '"a"',
    '[]',
    '{"amount":{"__proto":1}}',
    '{"amount":1,"constructor":1}',
  ])
    await assertProblem(send(payload), { status: 400, code: 'invalid_input' })
  await assertProblem(send('{}', 'application/jsonp'), { status: 415 })
  await assertProblem(send('{}', ';'), { status: 415 })
  await assertProblem({ url: '/things/%ff' }, { status: 400 })
  await assertProblem({ url: '/things/..%2f..%2fetc%2fpasswd/x' }, { status: 404 })
  await assertProblem({ url: '/%00' }, { status: 404 })
})

test('what is hidden from callers is in the log, with the id of their answer', async () => {
  const { headers } = await app.server.inject('/query/error')
  const line = app.logged.find(
    (each) => each.includes(String(headers['x-request-id'])) && each.includes('"err"'),
  )
  assert.ok(line?.includes(SECRET))
})
