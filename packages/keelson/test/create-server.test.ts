import assert from 'node:assert/strict'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { createServer as createHttpServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { integer, pgTable, text } from 'drizzle-orm/pg-core'
import { app } from '../src/app.js'
import { readConfig } from '../src/config/config.js'
import { createServer } from '../src/create-server.js'
import { KeelsonError } from '../src/errors.js'
import { module } from '../src/operation/module.js'
import { createLog } from '../src/telemetry/log.js'
import { SCRIPT, startApp } from './support/app.js'
import { createTestDatabase, type TestDatabase } from './support/database.js'

let database: TestDatabase
before(async () => {
  database = await createTestDatabase(`${SCRIPT} create table keyless (n integer);`)
})
after(() => database.drop())

const log = createLog({ level: 'silent' })
const config = readConfig({})

test('tables that do not fit are refused, all at once', async () => {
  const keyless = pgTable('keyless', { n: integer() })
  const missing = pgTable('missing', { id: text().primaryKey() })
  const declared = app({ name: 'wrong', modules: [module('m', { keyless, missing })] })
  await assert.rejects(
    createServer(declared, { databaseUrl: database.url, config, log }),
    (error: KeelsonError) => {
      assert.equal(error.code, 'invalid_definition')
      assert.match(error.message, /keyless/)
      assert.match(error.message, /missing/)
      return true
    },
  )
})

test('without a database the variable is named', async () => {
  await assert.rejects(createServer(app({ name: 'x', modules: [] }), { config, log }), {
    code: 'invalid_configuration',
    message: /DATABASE_URL/,
  })
})

test('a database that cannot be reached ends the start', async () => {
  await assert.rejects(
    createServer(app({ name: 'x', modules: [] }), {
      databaseUrl: 'postgres://x:pw@127.0.0.1:1/y',
      config,
      log,
    }),
    {
      code: 'database_unavailable',
      message: 'The database y at 127.0.0.1:1 cannot be used.',
    },
  )
})

test("an application's own authentication, errors and routes take the place of ours", async () => {
  const actor = { id: '00000000-0000-7000-8000-00000000000b', scopes: ['*'] }
  const own = await startApp(database.url, {
    auth: { authenticate: (request) => (request.header('x-user') === 'me' ? actor : null) },
    http: {
      prefix: '/v2',
      renderError: ({ code }) => ({ error: code }),
      setup: (fastify) => fastify.get('/own', () => ({ own: true })),
    },
  })
  try {
    assert.equal(
      (await own.server.inject({ url: '/v2/purchases', headers: { 'X-User': 'me' } })).statusCode,
      200,
    )
    assert.equal((await own.server.inject('/v2/purchases')).body, '{"error":"unauthenticated"}')
    assert.equal((await own.server.inject('/own')).body, '{"own":true}')
  } finally {
    await own.server.close()
  }
})

test("whatever goes wrong with a scheme of one's own, nobody is let in", async () => {
  const ways: Record<string, () => unknown> = {
    throws: () => {
      throw new Error('a secret')
    },
    rejects: () => Promise.reject(new Error('a secret')),
    nothing: () => undefined,
    refuses: () => {
      throw new KeelsonError('unauthenticated', { message: 'The token is too old.' })
    },
    hangs: () => new Promise(() => undefined),
  }
  const own = await startApp(database.url, {
    auth: {
      authenticate: (request) => ways[request.header('x-way')!]!() as null,
      timeoutMs: 50,
      challenge: 'Token realm="x"',
    },
  })
  const answers: Record<string, unknown> = {}
  try {
    for (const way of Object.keys(ways)) {
      // Also where nobody needs to be known.
      const response = await own.server.inject({ url: '/v1/late?ms=0', headers: { 'x-way': way } })
      answers[way] = [response.statusCode, (JSON.parse(response.body) as { code: string }).code]
      assert.ok(!response.body.includes('secret'))
      if (way === 'refuses') assert.equal(response.headers['www-authenticate'], 'Token realm="x"')
      if (way === 'hangs') assert.equal(response.headers['retry-after'], '1')
    }
  } finally {
    await own.server.close()
  }
  assert.deepEqual(answers, {
    throws: [500, 'internal'],
    rejects: [500, 'internal'],
    nothing: [500, 'internal'],
    refuses: [401, 'unauthenticated'],
    hangs: [503, 'authentication_unavailable'],
  })
  assert.ok(own.logged.some((line) => line.includes('a secret')))
})

test('a command whose time was over before its caller was known is never begun', async () => {
  await database.client.query("insert into items values ('late caller', 1, 5)")
  const actor = { id: '00000000-0000-7000-8000-00000000000b', scopes: [] }
  let known: () => void = () => undefined
  const own = await startApp(database.url, {
    auth: {
      authenticate: () => new Promise((resolve) => (known = () => resolve(actor))),
      timeoutMs: 60_000,
    },
    http: { timeoutMs: 100 },
  })
  const payload = { sku: 'late caller', quantity: 1 }
  const late = await own.server.inject({ method: 'POST', url: '/purchases', payload })
  assert.equal(late.statusCode, 504)
  known()
  // What was begun would come to its end first.
  await own.server.close()
  const { rows } = await database.client.query("select stock from items where sku = 'late caller'")
  assert.deepEqual(rows, [{ stock: 5 }])
})

test('the migrations of the folder are applied before the tables are looked at', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'keelson-migrations-'))
  await writeFile(join(folder, '0001_notes.sql'), 'create table notes (id text primary key);')
  const notes = pgTable('notes', { id: text().primaryKey() })
  const declared = app({ name: 'notes', modules: [module('notes', { notes })], migrations: folder })
  const server = await createServer(declared, { databaseUrl: database.url, config, log })
  await server.close()
})

test('it can be mounted in another server, also behind one that reads bodies', async () => {
  const own = await startApp(database.url)
  await database.client.query("insert into items values ('mounted', 1, 5)")
  const outer = createHttpServer((request: IncomingMessage & { body?: unknown }, response) => {
    if (request.url !== '/read') return own.server.handler(request, response)
    request.url = '/v1/purchases'
    let text = ''
    request.on('data', (data: Buffer) => (text += data.toString()))
    request.on('end', () =>
      setImmediate(() => {
        request.body = JSON.parse(text)
        own.server.handler(request, response)
      }),
    )
  })
  await new Promise<void>((resolve) => outer.listen(0, '127.0.0.1', resolve))
  const { port } = outer.address() as AddressInfo
  try {
    for (const path of ['/v1/purchases', '/read']) {
      const body = JSON.stringify({ sku: 'mounted', quantity: 2 })
      const response = await fetch(`http://127.0.0.1:${port}${path}`, {
        method: 'POST',
        headers: { ...own.headers, 'content-type': 'application/json' },
        body,
      })
      assert.equal(response.status, 201, path)
      assert.equal(((await response.json()) as { quantity: number }).quantity, 2)
    }
  } finally {
    outer.close()
    outer.closeAllConnections()
    await own.server.close()
  }
})
