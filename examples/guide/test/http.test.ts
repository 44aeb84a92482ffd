import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer as createNodeServer, type Server as NodeServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import type { Server } from 'keelson'
import { besideExpress } from '../src/http/beside-express.js'
import { renameDocument } from '../src/http/documents.js'
import pg from 'pg'
import { isReady, shout, titleOf } from '../src/http/in-process.js'
import { importDocument } from '../src/http/within-transaction.js'
import { createChapterDatabase, type ChapterDatabase } from './database.js'

const caller = { id: '019a8a1e-5b7e-7cc3-98f5-0123456789ab', scopes: [] }

let database: ChapterDatabase
let keelson: Server
let outer: NodeServer
let url: string
let authorization: string

before(async () => {
  database = await createChapterDatabase('http')
  const beside = await besideExpress(database.url)
  keelson = beside.keelson
  outer = createNodeServer(beside.existing)
  await new Promise<void>((resolve) => outer.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(outer.address() as AddressInfo).port}`
  const { key } = await keelson.keys.create({ owner: caller.id, scopes: [] })
  authorization = `Bearer ${key}`
})
after(async () => {
  outer.close()
  outer.closeAllConnections()
  await keelson.close()
  await database.drop()
})

const put = (name: string, bytes: Uint8Array) =>
  fetch(`${url}/v2/files/${name}`, { method: 'PUT', headers: { authorization }, body: bytes })

test('both stand side by side: what was there before, and Keelson below its path', async () => {
  assert.deepEqual(await (await fetch(`${url}/v1/documents`)).json(), [])
  assert.equal((await fetch(`${url}/v2/livez`)).status, 200)
  const missing = await fetch(`${url}/v2/documents/none`)
  assert.equal(missing.status, 404)
  const { type } = (await missing.json()) as { type: string }
  assert.equal(type, 'https://shop.example/problems/not_found')
  assert.match((await keelson.inject('/robots.txt')).body, /Disallow/)
})

test('a file is uploaded and downloaded as a stream', async () => {
  const bytes = new Uint8Array(3_000_000).map((_, at) => at % 251)
  const response = await put('large.bin', bytes)
  assert.equal(response.status, 201)
  assert.equal(((await response.json()) as { bytes: number }).bytes, bytes.length)
  const back = await fetch(`${url}/v2/files/large.bin`)
  assert.equal(back.headers.get('content-length'), String(bytes.length))
  assert.deepEqual(new Uint8Array(await back.arrayBuffer()), bytes)
  const nobody = await fetch(`${url}/v2/files/large.bin`, { method: 'PUT', body: 'x' })
  assert.equal(nobody.status, 401)
  assert.equal((await put('no-extension', bytes)).status, 400)
})

test('what a client has already is not sent again, and nobody overwrites what they have not seen', async () => {
  await put('plan.txt', Buffer.from('a plan'))
  const read = await fetch(`${url}/v2/documents/plan.txt`)
  assert.deepEqual([read.headers.get('etag'), read.headers.get('x-bytes')], ['"1"', '6'])
  await read.text()
  const again = await fetch(`${url}/v2/documents/plan.txt`, { headers: { 'if-none-match': '"1"' } })
  assert.equal(again.status, 304)
  const rename = (headers: Record<string, string>) =>
    fetch(`${url}/v2/documents/plan.txt`, {
      method: 'PATCH',
      headers: { authorization, 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ title: 'The plan' }),
    })
  assert.equal((await rename({})).status, 428)
  assert.equal((await rename({ 'if-match': '"1"' })).headers.get('etag'), '"2"')
  assert.equal((await rename({ 'if-match': '"1"' })).status, 412)
})

test('changes are followed as server-sent events, until the caller hangs up', async () => {
  await put('live.txt', Buffer.from('1'))
  const caught = new AbortController()
  const response = await fetch(`${url}/v2/documents/live.txt/changes`, { signal: caught.signal })
  assert.equal(response.headers.get('content-type'), 'text/event-stream')
  const events = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  assert.match((await events.read()).value!, /^id: 1\ndata: \{"name":"live\.txt"/)
  await keelson.execute(renameDocument, { name: 'live.txt', title: 'Live' }, { as: caller })
  assert.match((await events.read()).value!, /^id: 2\ndata: .*"title":"Live"/)
  caught.abort()
  const missing = await fetch(`${url}/v2/documents/none/changes`)
  assert.equal(missing.status, 404)
})

test('the same without a network', async () => {
  await put('quiet.txt', Buffer.from('1'))
  assert.equal(await titleOf(keelson, 'quiet.txt'), 'quiet.txt')
  assert.equal((await shout(keelson, caller, 'quiet.txt')).title, 'QUIET.TXT')
  assert.equal(await titleOf(keelson, 'quiet.txt'), 'QUIET.TXT')
  await assert.rejects(titleOf(keelson, 'none.txt'), /404/)
  assert.equal(await isReady(keelson), true)
})

test('a stream that is open does not keep the process from stopping', async () => {
  const own = await besideExpress(database.url)
  const listening = createNodeServer(own.keelson.handler)
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
  const { port } = listening.address() as AddressInfo
  await put('last.txt', Buffer.from('1'))
  const response = await fetch(`http://127.0.0.1:${port}/v2/documents/last.txt/changes`)
  const ended = response.text()
  await own.keelson.close()
  assert.match(await ended, /^id: 1/)
  listening.close()
  await once(listening, 'close')
})

test('a command joins a transaction of other code: both or neither', async () => {
  const pool = new pg.Pool({ connectionString: database.url })
  try {
    await pool.query('create table imports (name text primary key)')
    const document = await importDocument(pool, keelson, caller, 'imported.txt', 7)
    assert.deepEqual([document.bytes, document.version], [7, 1])
    await assert.rejects(importDocument(pool, keelson, caller, 'refused.txt', 1.5), { code: 'invalid_input' })
    const { rows } = await pool.query('select name from imports')
    assert.deepEqual(rows, [{ name: 'imported.txt' }])
  } finally {
    await pool.end()
  }
})
