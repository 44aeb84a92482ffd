/** `Idempotency-Key` over HTTP, on Postgres: whom it belongs to, what is kept, and who waits. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { integer, pgTable, text } from 'drizzle-orm/pg-core'
import * as z from 'zod'
import { app } from '../../src/app.js'
import { readConfig } from '../../src/config/config.js'
import type { Server } from '../../src/composition/server.js'
import { createServer } from '../../src/create-server.js'
import { keyHash } from '../../src/idempotency/fingerprint.js'
import { anyone, scope, signedIn } from '../../src/operation/access.js'
import type { Actor } from '../../src/operation/actor.js'
import { command } from '../../src/operation/command.js'
import { conflict, forbidden, tooManyRequests, unavailable } from '../../src/operation/declared-errors.js'
import { module } from '../../src/operation/module.js'
import { createLog } from '../../src/telemetry/log.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'

const counts = pgTable('counts', { id: text().primaryKey(), n: integer().notNull() })
const Count = z.object({ n: z.int() })
const input = z.object({ id: z.string() })

const count = command('count', {
  http: { post: '/count', status: 201, location: ({ n }) => `/counts/${n}`, etag: ({ n }) => n },
  input,
  output: Count,
  allow: scope('count'),
  async run({ input: { id }, tx }) {
    const { n } = await tx.require(counts, id)
    tx.update(counts, id, { n: n + 1 })
    return { n: n + 1 }
  },
})
const open = command('open', {
  http: { post: '/open' },
  input,
  output: Count,
  allow: anyone,
  async run({ input: { id }, tx }) {
    tx.increment(counts, id, { n: 1 })
    return (await tx.require(counts, id)) satisfies { n: number }
  },
})
const must = command('must', {
  http: { post: '/must' },
  idempotency: 'required',
  allow: signedIn,
  run: () => undefined,
})
const owned = command('owned', {
  http: { post: '/owned' },
  allow: () => allowed,
  run: () => undefined,
})
const fails = command('fails', {
  http: { post: '/fails' },
  input: z.object({ as: z.enum(['taken', 'hidden', 'busy', 'away', 'gone', 'twice', 'crash']) }),
  allow: signedIn,
  errors: {
    taken: conflict('It is taken.'),
    hidden: forbidden('Not for you.'),
    busy: tooManyRequests('Too many.'),
    away: unavailable('It is away.'),
  },
  async run({ input: { as }, tx, fail }) {
    if (as === 'crash') throw new Error('crash')
    if (as === 'gone') await tx.require(counts, 'no such row')
    else if (as === 'twice') tx.insert(counts, { id: 'there', n: 1 })
    else fail[as]()
  },
})

/** What the caller may do, and whether `owned` lets in. */
let actor: Actor | null
let allowed = true
const COUNTER: Actor = { id: 'counter', scopes: ['count'] }

let database: TestDatabase
const servers: Server[] = []
let server: Server

before(async () => {
  database = await createTestDatabase('create table counts (id text primary key, n integer not null)')
  const declared = app({
    name: 'once',
    modules: [module('counts', { counts, count, open, must, owned, fails })],
    auth: { authenticate: () => actor },
    idempotency: { keepSeconds: 7200 },
  })
  for (let at = 0; at < 2; at++)
    servers.push(
      await createServer(declared, {
        databaseUrl: database.url,
        config: readConfig({}),
        log: createLog({ level: 'silent' }),
      }),
    )
  server = servers[0]!
})
after(async () => {
  for (const each of servers) await each.close()
  await database.drop()
})

const send = (url: string, key: string | undefined, payload?: object, to = server) =>
  to.inject({
    method: 'POST',
    url,
    headers: key === undefined ? {} : { 'idempotency-key': key },
    ...(payload === undefined ? {} : { payload }),
  })
const codeOf = (response: { body: string }): string => (JSON.parse(response.body) as { code: string }).code
const newCount = async (): Promise<string> => {
  const id = randomUUID()
  await database.client.query('insert into counts values ($1, 0)', [id])
  return id
}
const countOf = async (id: string): Promise<number> =>
  (await database.client.query<{ n: number }>('select n from counts where id = $1', [id])).rows[0]!.n

test('an answer is given again with status, body, Location, ETag and type, byte for byte, by every process', async () => {
  actor = COUNTER
  const id = await newCount()
  const key = randomUUID()
  const first = await send('/count', key, { id })
  assert.equal(first.statusCode, 201)
  for (const [again, to] of [
    [`"${key}"`, servers[1]!],
    [key, server],
  ] as const) {
    const replay = await send('/count', again, { id }, to)
    assert.equal(replay.body, first.body)
    for (const name of ['location', 'etag', 'content-type'])
      assert.equal(replay.headers[name], first.headers[name], name)
    assert.ok(first.headers['location'] && first.headers['etag'] && first.headers['content-type'])
    assert.deepEqual([replay.statusCode, replay.headers['idempotent-replayed']], [201, 'true'])
  }
  assert.equal(await countOf(id), 1)
})

test('a key belongs to its caller and operation', async () => {
  const id = await newCount()
  const key = randomUUID()
  for (const owner of ['one', 'two']) {
    actor = { id: owner, scopes: ['count'] }
    assert.equal((await send('/count', key, { id })).headers['idempotent-replayed'], undefined)
    assert.equal((await send('/open', key, { id })).headers['idempotent-replayed'], undefined)
  }
  assert.equal(await countOf(id), 4)
})

test('who may not any more is not given the answer again', async () => {
  actor = COUNTER
  const id = await newCount()
  const key = randomUUID()
  const first = await send('/count', key, { id })
  actor = { ...COUNTER, scopes: [] }
  const refused = await send('/count', key, { id })
  assert.deepEqual([refused.statusCode, codeOf(refused)], [403, 'scope_required'])
  actor = null
  assert.equal((await send('/count', key, { id })).statusCode, 401)
  actor = COUNTER
  assert.equal((await send('/count', key, { id })).body, first.body)
  assert.equal((await send('/owned', key)).statusCode, 204)
  allowed = false
  assert.equal((await send('/owned', key)).statusCode, 403)
})

test('strangers must not guess each other: a key without a caller holds 128 random bits', async () => {
  const id = await newCount()
  actor = null
  for (const weak of ['1', randomUUID()]) {
    const refused = await send('/open', weak, { id })
    assert.deepEqual([refused.statusCode, codeOf(refused)], [400, 'invalid_idempotency_key'])
    assert.match(refused.body, /128 random bits/)
  }
  const strong = randomUUID() + randomUUID()
  const first = await send('/open', strong, { id })
  assert.equal((await send('/open', strong, { id })).body, first.body)
  assert.equal(await countOf(id), 1)
  assert.equal((await send('/open', undefined, { id })).statusCode, 200)
  actor = COUNTER
  assert.equal((await send('/open', '1', { id })).statusCode, 200)
  // What the process executes itself is apart from strangers: they cannot meet its keys, whatever these are.
  const own = await server.execute(open, { id }, { idempotencyKey: strong })
  assert.deepEqual(await server.execute(open, { id }, { idempotencyKey: strong }), own)
  assert.notDeepEqual(own, first.json())
  await server.execute(open, { id }, { idempotencyKey: '1' })
})

test('where it is required, a request without it is refused; the process itself needs none', async () => {
  actor = COUNTER
  const refused = await send('/must', undefined)
  assert.deepEqual([refused.statusCode, codeOf(refused)], [400, 'idempotency_key_required'])
  assert.equal((await send('/must', randomUUID())).statusCode, 204)
  await server.execute(must, {}, { as: COUNTER })
})

test('verdicts are kept; who the caller is, how busy we are, and what broke is not', async () => {
  actor = COUNTER
  const kept = async (as: string): Promise<[number, boolean]> => {
    const key = randomUUID()
    const { statusCode } = await send('/fails', key, { as })
    const { rowCount } = await database.client.query('select from keelson.idempotency where key = $1', [
      keyHash(COUNTER.id, 'fails', key).key,
    ])
    return [statusCode, rowCount === 1]
  }
  assert.deepEqual(await kept('taken'), [409, true])
  assert.deepEqual(await kept('gone'), [404, true])
  await database.client.query("insert into counts values ('there', 0)")
  assert.deepEqual(await kept('twice'), [409, true])
  assert.deepEqual(await kept('hidden'), [403, false])
  assert.deepEqual(await kept('busy'), [429, false])
  assert.deepEqual(await kept('away'), [503, false])
  assert.deepEqual(await kept('crash'), [500, false])
  // What never got as far as the handler: the key may be used again, with what is right.
  const key = randomUUID()
  assert.equal((await send('/fails', key, { as: 'nonsense' })).statusCode, 400)
  assert.equal((await send('/fails', key, { as: 'taken' })).statusCode, 409)
})

test('what reads and writes came to is an answer like others: the same later on, and declared in the document', async () => {
  actor = COUNTER
  const [gone, twice] = [randomUUID(), randomUUID()]
  await database.client.query("insert into counts values ('there', 0) on conflict do nothing")
  const first = [await send('/fails', gone, { as: 'gone' }), await send('/fails', twice, { as: 'twice' })]
  assert.deepEqual(first.map(codeOf), ['not_found', 'unique_violation'])
  // What stood in the way is gone: a new request would fare better, this one has its answer.
  await database.client.query("insert into counts values ('no such row', 1)")
  await database.client.query("delete from counts where id = 'there'")
  const second = [await send('/fails', gone, { as: 'gone' }), await send('/fails', twice, { as: 'twice' })]
  assert.deepEqual(
    second.map(({ statusCode, body, headers }) => [statusCode, body, headers['idempotent-replayed']]),
    first.map(({ statusCode, body }) => [statusCode, body, 'true']),
  )
  const responses = server.openapi.paths['/fails']!['post']!['responses'] as Record<
    string,
    { description: string }
  >
  for (const response of first)
    assert.ok(
      responses[response.statusCode]!.description.includes(`\`${codeOf(response)}\``),
      codeOf(response),
    )
})

test('while another process runs the first request the second waits, at most five seconds, then 409', async () => {
  actor = COUNTER
  const id = await newCount()
  const key = randomUUID()
  const { lock } = keyHash(COUNTER.id, 'count', key)
  await database.client.query('begin')
  await database.client.query('select pg_advisory_xact_lock($1::bigint)', [lock])
  const beganMs = performance.now()
  const refused = await send('/count', key, { id })
  assert.deepEqual([refused.statusCode, codeOf(refused)], [409, 'idempotency_in_progress'])
  assert.equal(refused.headers['retry-after'], '1')
  assert.ok(performance.now() - beganMs >= 4900, 'it waited')
  const waiting = send('/count', key, { id })
  await database.client.query('rollback')
  assert.equal((await waiting).statusCode, 201)
  assert.equal(await countOf(id), 1)
})

test('how long answers are kept is published, and held', async () => {
  const text = JSON.stringify(server.openapi.paths['/open'])
  assert.match(text, /for 2 hours the first answer is given again/)
  assert.match(text, /128 random bits/)
  const parametersOf = (path: string) =>
    (server.openapi.paths[path]!['post']!['parameters'] as { name: string; required: boolean }[]).find(
      ({ name }) => name === 'Idempotency-Key',
    )
  assert.deepEqual([parametersOf('/open')!.required, parametersOf('/must')!.required], [false, true])
  const tooShort = app({ name: 'x', modules: [], idempotency: { keepSeconds: 1 } })
  await assert.rejects(createServer(tooShort, { databaseUrl: database.url, config: readConfig({}) }), {
    code: 'invalid_definition',
    message: /keepSeconds/,
  })
})
