import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { InjectOptions } from 'fastify'
import { integer, pgTable, text } from 'drizzle-orm/pg-core'
import * as z from 'zod'
import { anyone } from '../../src/operation/access.js'
import { command } from '../../src/operation/command.js'
import { module } from '../../src/operation/module.js'
import { query } from '../../src/operation/query.js'
import { rowSchema } from '../../src/schema/row-schema.js'
import { startApp, type TestApp } from '../support/app.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'

const notes = pgTable('notes', {
  id: text().primaryKey(),
  text: text().notNull(),
  version: integer().notNull(),
})
const Note = rowSchema(notes)
const place = { id: z.string() }

const getNote = query('notes.get', {
  http: { get: '/notes/:id', etag: notes.version, headers: { 'X-Length': (note) => note.text.length } },
  input: z.object(place),
  output: Note,
  allow: anyone,
  run: ({ input, db }) => db.require(notes, input.id),
})
const getText = query('notes.text', {
  http: { get: '/notes/:id/text', etag: (note) => note.text, cacheControl: 'public, max-age=60' },
  input: z.object(place),
  output: z.object({ text: z.string() }),
  allow: anyone,
  run: ({ input, db }) => db.require(notes, input.id),
})
const editNote = command('notes.edit', {
  http: { patch: '/notes/:id', etag: notes.version, ifMatch: 'required' },
  input: z.object({ ...place, text: z.string() }),
  output: Note,
  allow: anyone,
  async run({ input, tx }) {
    const note = await tx.require(notes, input.id)
    tx.update(notes, input.id, { text: input.text, version: note.version + 1 })
    return (await tx.get(notes, input.id))!
  },
})
const putNote = command('notes.put', {
  http: { put: '/notes/:id', etag: notes.version, location: (note) => `/notes/${note.id}` },
  input: z.object({ ...place, text: z.string() }),
  output: Note,
  allow: anyone,
  async run({ input, tx }) {
    const note = await tx.get(notes, input.id)
    return tx.upsert(notes, { ...input, version: (note?.version ?? 0) + 1 })
  },
})
const forgetVersion = command('notes.forget', {
  http: { post: '/notes/:id/forget', etag: notes.version },
  input: z.object(place),
  allow: anyone,
  run: ({ input, tx }) => tx.update(notes, input.id, { text: 'changed' }),
})
const deleteNote = command('notes.delete', {
  http: { delete: '/notes/:id', etag: notes.version },
  input: z.object(place),
  allow: anyone,
  run: ({ input, tx }) => tx.delete(notes, input.id),
})
const plain = command('notes.plain', {
  http: { post: '/plain' },
  allow: anyone,
  run: () => undefined,
})
const badHeader = query('notes.badHeader', {
  http: { get: '/bad-header', headers: { 'X-Text': ({ text: value }) => value } },
  output: z.object({ text: z.string() }),
  allow: anyone,
  run: () => ({ text: 'a\r\nset-cookie: stolen=1' }),
})

let database: TestDatabase
let app: TestApp

before(async () => {
  database = await createTestDatabase(
    'create table notes (id text primary key, text text not null, version integer not null);',
  )
  app = await startApp(database.url, {
    modules: [
      module('notes', {
        notes,
        getNote,
        getText,
        editNote,
        putNote,
        forgetVersion,
        deleteNote,
        plain,
        badHeader,
      }),
    ],
    http: {},
  })
})
after(async () => {
  await app.server.close()
  await database.drop()
})

const send = (
  method: InjectOptions['method'],
  url: string,
  headers: Record<string, string> = {},
  payload?: object,
) => app.server.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) })
const codeOf = ({ statusCode, body }: { statusCode: number; body: string }): unknown[] => [
  statusCode,
  body === '' ? undefined : (JSON.parse(body) as { code?: string }).code,
]
const add = (id: string, version = 1) =>
  database.client.query('insert into notes values ($1, $2, $3)', [id, 'text', version])

test('what a client has already is not sent again', async () => {
  await add('read')
  const first = await send('GET', '/notes/read')
  assert.equal(first.statusCode, 200)
  assert.equal(first.headers['etag'], '"1"')
  assert.equal(first.headers['cache-control'], 'private, no-cache')
  assert.equal(first.headers['x-length'], '4')
  for (const tag of ['"1"', 'W/"1"', '"0", "1"', '*']) {
    const again = await send('GET', '/notes/read', { 'if-none-match': tag })
    assert.deepEqual([again.statusCode, again.body], [304, ''], tag)
    assert.equal(again.headers['etag'], '"1"')
    assert.equal(again.headers['content-type'], undefined)
  }
  assert.equal((await send('HEAD', '/notes/read', { 'if-none-match': '"1"' })).statusCode, 304)
  assert.equal((await send('GET', '/notes/read', { 'if-none-match': '"2"' })).statusCode, 200)
  assert.deepEqual(codeOf(await send('GET', '/notes/read', { 'if-match': '"2"' })), [
    412,
    'precondition_failed',
  ])
  assert.deepEqual(codeOf(await send('GET', '/notes/none', { 'if-none-match': '"1"' })), [404, 'not_found'])
  const worded = await send('GET', '/notes/read/text')
  assert.deepEqual(
    [worded.headers['etag'], worded.headers['cache-control']],
    ['"text"', 'public, max-age=60'],
  )
})

test('a refusal is never kept by caches', async () => {
  const response = await send('GET', '/notes/none/text')
  assert.deepEqual([response.statusCode, response.headers['cache-control']], [404, 'no-store'])
})

test('a change must name the version it changes, and is refused where that is not the one in place', async () => {
  await add('edit')
  assert.deepEqual(codeOf(await send('PATCH', '/notes/edit', {}, { text: 'a' })), [
    428,
    'precondition_required',
  ])
  const done = await send('PATCH', '/notes/edit', { 'if-match': '"1"' }, { text: 'a' })
  assert.deepEqual([done.statusCode, done.headers['etag']], [200, '"2"'])
  const late = await send('PATCH', '/notes/edit', { 'if-match': '"1"' }, { text: 'b' })
  assert.deepEqual(codeOf(late), [412, 'precondition_failed'])
  assert.match((JSON.parse(late.body) as { detail: string }).detail, /"2"/)
  // If-Match compares strongly.
  assert.equal((await send('PATCH', '/notes/edit', { 'if-match': 'W/"2"' }, { text: 'b' })).statusCode, 412)
  assert.equal(
    (await send('PATCH', '/notes/edit', { 'if-match': '"1", "2"' }, { text: 'b' })).statusCode,
    200,
  )
  assert.equal((await send('PATCH', '/notes/edit', { 'if-match': '*' }, { text: 'c' })).statusCode, 200)
  const { rows } = await database.client.query("select text, version from notes where id = 'edit'")
  assert.deepEqual(rows, [{ text: 'c', version: 4 }])
})

test('of many who change one version at once, one succeeds', async () => {
  await add('race')
  const responses = await Promise.all(
    Array.from({ length: 20 }, (_, at) =>
      send('PATCH', '/notes/race', { 'if-match': '"1"' }, { text: `text ${at}` }),
    ),
  )
  assert.equal(responses.filter(({ statusCode }) => statusCode === 200).length, 1)
  assert.equal(responses.filter(({ statusCode }) => statusCode === 412).length, 19)
  const { rows } = await database.client.query("select version from notes where id = 'race'")
  assert.deepEqual(rows, [{ version: 2 }])
})

test('what a handler refuses goes before the version: it tells nobody of what they may not see', async () => {
  assert.deepEqual(codeOf(await send('PATCH', '/notes/none', { 'if-match': '"1"' }, { text: 'a' })), [
    404,
    'not_found',
  ])
  const created = await send('PUT', '/notes/fresh', { 'if-match': '"1"' }, { text: 'a' })
  assert.deepEqual(codeOf(created), [412, 'precondition_failed'])
  assert.equal((await send('GET', '/notes/fresh')).statusCode, 404)
})

test('If-None-Match: * makes, and never overwrites', async () => {
  const headers = { 'if-none-match': '*' }
  assert.equal((await send('PUT', '/notes/new', headers, { text: 'a' })).statusCode, 200)
  assert.equal((await send('PUT', '/notes/new', headers, { text: 'b' })).statusCode, 412)
  assert.equal((await send('PUT', '/notes/new', {}, { text: 'c' })).headers['etag'], '"2"')
})

test('a row that is deleted has its version compared too', async () => {
  await add('gone', 3)
  assert.equal((await send('DELETE', '/notes/gone', { 'if-match': '"2"' })).statusCode, 412)
  const done = await send('DELETE', '/notes/gone', { 'if-match': '"3"' })
  assert.deepEqual([done.statusCode, done.headers['etag']], [204, undefined])
})

test('the same key with another precondition is another request', async () => {
  await add('keyed')
  const edit = (tag: string) =>
    send(
      'PATCH',
      '/notes/keyed',
      { 'if-match': tag, 'idempotency-key': 'q7Zt0m3XbW9cL4vJ8yRk2n' },
      { text: 'a' },
    )
  const first = await edit('"1"')
  const again = await edit('"1"')
  assert.equal(again.body, first.body)
  assert.deepEqual([again.statusCode, again.headers['etag']], [200, '"2"'])
  assert.deepEqual(codeOf(await edit('"2"')), [422, 'idempotency_key_reused'])
})

test('a change that forgets to change the version does not pass', async () => {
  await add('forgot')
  assert.equal((await send('POST', '/notes/forgot/forget', { 'if-match': '"1"' })).statusCode, 500)
  assert.ok(app.logged.some((line) => line.includes('kept its version')))
})

test('conditions that cannot be told are refused rather than passed over', async () => {
  assert.deepEqual(codeOf(await send('POST', '/plain', { 'if-match': '"1"' })), [412, 'precondition_failed'])
  await add('syntax')
  for (const tag of ['1', '"1', '"1" "2"', '', 'W/1', '"1",'])
    assert.deepEqual(
      codeOf(await send('PATCH', '/notes/syntax', { 'if-match': tag }, { text: 'a' })),
      [400, 'invalid_request'],
      tag,
    )
})

test('headers hold what headers can hold', async () => {
  const id = 'ü/日本\r\nx: y'
  const put = await send('PUT', `/notes/${encodeURIComponent(id)}`, {}, { text: 'a' })
  assert.equal(put.statusCode, 200)
  assert.equal(decodeURIComponent(String(put.headers['location'])), `/notes/${id}`)
  const bad = await send('GET', '/bad-header')
  assert.deepEqual(codeOf(bad), [500, 'output_invalid'])
  assert.equal(bad.headers['set-cookie'], undefined)
})

test('the document tells of versions', () => {
  const { paths } = app.server.openapi
  const path = paths['/notes/{id}'] as Record<
    string,
    { parameters: { name: string; required: boolean }[]; responses: Record<string, { headers?: object }> }
  >
  const named = (method: string): string[] =>
    path[method]!.parameters.map(({ name, required }) => `${name}${required ? '!' : ''}`)
  assert.deepEqual(named('get'), ['id!', 'If-None-Match'])
  assert.deepEqual(named('patch'), ['id!', 'Idempotency-Key', 'If-Match!'])
  const told = Object.keys(path['get']!.responses['200']!.headers!)
  assert.ok(told.includes('ETag') && told.includes('X-Length'))
  assert.ok('304' in path['get']!.responses)
  assert.ok('412' in path['patch']!.responses && '428' in path['patch']!.responses)
  assert.ok(!('428' in path['put']!.responses))
})

test('code of the same process says the version too, and what it compared holds until the commit', async () => {
  const { server } = app
  await add('held', 3)
  const edit = (text: string, ifVersion?: number | null) =>
    server.execute(editNote, { id: 'held', text }, { ifVersion })
  await assert.rejects(edit('late', 2), { code: 'precondition_failed', status: 412 })
  assert.equal((await edit('first', 3)).version, 4)
  const ended = await Promise.allSettled(Array.from({ length: 20 }, (_, at) => edit(`racer ${at}`, 4)))
  assert.equal(ended.filter(({ status }) => status === 'fulfilled').length, 1)
  // The code of the application itself may leave it out, whatever clients must send.
  assert.equal((await edit('without')).version, 6)
})

test('null stands for what does not exist yet', async () => {
  const put = () => app.server.execute(putNote, { id: 'anew', text: 'x' }, { ifVersion: null })
  assert.equal((await put()).version, 1)
  await assert.rejects(put(), { code: 'precondition_failed' })
})

test('a repetition with another version is another request', async () => {
  await add('bound', 1)
  const edit = (ifVersion: number) =>
    app.server.execute(editNote, { id: 'bound', text: 'x' }, { ifVersion, idempotencyKey: 'one-key' })
  assert.equal((await edit(1)).version, 2)
  assert.equal((await edit(1)).version, 2)
  await assert.rejects(edit(2), { code: 'idempotency_key_reused' })
})

test('a version of what has none is refused', async () => {
  await assert.rejects(app.server.execute(plain, {}, { ifVersion: 1 }), { code: 'invalid_use' })
  await assert.rejects(app.server.execute(getNote, { id: 'read' }, { ifVersion: 1 }), { code: 'invalid_use' })
})
