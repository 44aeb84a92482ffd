/** What a request tells of itself: its trace, its log line, where its time went. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { integer, pgTable, text } from 'drizzle-orm/pg-core'
import * as z from 'zod'
import { anyone } from '../../src/operation/access.js'
import { command } from '../../src/operation/command.js'
import { module } from '../../src/operation/module.js'
import { query } from '../../src/operation/query.js'
import { startApp, type TestApp } from '../support/app.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'

const items = pgTable('items', { sku: text().primaryKey(), stock: integer().notNull() })

const sell = command('sell', {
  http: { post: '/sell' },
  allow: anyone,
  async run({ tx, log }) {
    const { stock } = await tx.require(items, 'tea')
    tx.update(items, 'tea', { stock: stock - 1 })
    log.info('Sold.')
  },
})
const count = command('count', {
  http: { post: '/count' },
  allow: anyone,
  async run({ tx }) {
    await tx.sql`select count(*) from items`
  },
})
const trace = query('trace', {
  http: { get: '/trace' },
  output: z.object({ traceparent: z.string() }),
  allow: anyone,
  run: ({ request }) => ({ traceparent: request.traceparent! }),
})

let database: TestDatabase
/** As in production. */
let app: TestApp

before(async () => {
  database = await createTestDatabase(
    "create table items (sku text primary key, stock integer not null); insert into items values ('tea', 1000);",
  )
  const options = { modules: [module('items', { items, sell, count, trace })], http: {} }
  app = await startApp(database.url, options, { development: false })
})
after(async () => {
  await app.server.close()
  await database.drop()
})

/** The line of a request, which is written after its answer. */
async function lineOf(id: string): Promise<Record<string, unknown>> {
  for (;;) {
    const line = app.logged.find((each) => each.includes(`"${id}"`) && each.includes('"msg":"request"'))
    if (line !== undefined) return JSON.parse(line) as Record<string, unknown>
    await new Promise((resolve) => setImmediate(resolve))
  }
}

test('a trace goes in and out, to the handler and to the log', async () => {
  const traceId = '0af7651916cd43dd8448eb211c80319c'
  const response = await app.server.inject({
    url: '/trace',
    headers: { traceparent: `00-${traceId}-b7ad6b7169203331-01`, 'x-request-id': 'traced-1' },
  })
  const out = String(response.headers['traceparent'])
  assert.match(out, new RegExp(`^00-${traceId}-[\\da-f]{16}-01$`))
  assert.deepEqual(JSON.parse(response.body), { traceparent: out })
  assert.equal((await lineOf('traced-1'))['traceId'], traceId)
  const begun = await app.server.inject('/nowhere')
  assert.match(String(begun.headers['traceparent']), /^00-[\da-f]{32}-[\da-f]{16}-00$/)
})

const send = (path: string, headers: Record<string, string>) =>
  app.server.inject({ method: 'POST', url: path, headers })

test('the log says what the engine did with a command', async () => {
  await send('/sell', { 'x-request-id': 'told-1' })
  const line = await lineOf('told-1')
  assert.deepEqual([line['waves'], line['reruns'], line['group'], line['whySolo']], [1, 0, 1, undefined])
  for (const phase of ['speculateMs', 'flushMs']) assert.equal(typeof line[phase], 'number', phase)
  const own = app.logged.find((each) => each.includes('Sold.') && each.includes('told-1'))!
  assert.equal((JSON.parse(own) as { traceId: string }).traceId, line['traceId'])
  await send('/count', { 'x-request-id': 'told-2' })
  const first = await lineOf('told-2')
  assert.match(String(first['whySolo']), /tx\.sql/)
  assert.equal(typeof first['soloMs'], 'number')
  // Known by now: it did not even try otherwise.
  await send('/count', { 'x-request-id': 'told-3' })
  const second = await lineOf('told-3')
  assert.deepEqual([second['whySolo'], second['speculateMs']], [first['whySolo'], undefined])
})

test('those who were overtaken ran again, and say so', async () => {
  await Promise.all(Array.from({ length: 20 }, (_, at) => send('/sell', { 'x-request-id': `many-${at}` })))
  const lines = await Promise.all(Array.from({ length: 20 }, (_, at) => lineOf(`many-${at}`)))
  assert.ok(lines.some((line) => Number(line['reruns']) > 0))
  assert.ok(lines.some((line) => Number(line['group']) > 1))
})

test('Server-Timing is for development, and for callers who ask and may know', async () => {
  const asks = { 'x-server-timing': '1' }
  assert.equal((await send('/sell', asks)).headers['server-timing'], undefined)
  const { key: weak } = await app.server.keys.create({ owner: crypto.randomUUID(), scopes: ['other'] })
  assert.equal(
    (await send('/sell', { ...asks, authorization: `Bearer ${weak}` })).headers['server-timing'],
    undefined,
  )
  assert.equal((await send('/sell', app.headers)).headers['server-timing'], undefined)
  const told = String((await send('/sell', { ...asks, ...app.headers })).headers['server-timing'])
  assert.match(
    told,
    /^speculate;dur=[\d.]+, .*flush;dur=[\d.]+, waves;desc="1", reruns;desc="0", group;desc="1", total;dur=[\d.]+$/,
  )
  const solo = String((await send('/count', { ...asks, ...app.headers })).headers['server-timing'])
  assert.match(solo, /solo;dur=[\d.]+, .*why-solo;desc="[^"]*tx\.sql[^"]*"/)
  const modules = { modules: [module('items', { items, sell, count, trace })], http: {} }
  const developing = await startApp(database.url, modules, { development: true })
  try {
    const { headers } = await developing.server.inject('/trace')
    assert.match(String(headers['server-timing']), /^total;dur=/)
  } finally {
    await developing.server.close()
  }
})
