/** Over real sockets: clients that are slow, that send too much, that go away. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { after, before, test } from 'node:test'
import * as z from 'zod'
import { integer, pgTable, text } from 'drizzle-orm/pg-core'
import { anyone } from '../../src/operation/access.js'
import { command } from '../../src/operation/command.js'
import { module } from '../../src/operation/module.js'
import { query } from '../../src/operation/query.js'
import { startApp, type TestApp } from '../support/app.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'

const items = pgTable('items', { sku: text().primaryKey(), stock: integer().notNull() })

/** Something that one side waits for and the other brings about. */
class Moment<T = void> {
  resolve!: (value: T) => void
  readonly promise = new Promise<T>((resolve) => (this.resolve = resolve))
}

/** What the handlers tell the tests. */
const seen = { began: new Moment(), aborted: new Moment<unknown>() }

const waiting = query('waiting', {
  http: { get: '/waiting' },
  output: z.object({}),
  allow: anyone,
  run({ signal }) {
    seen.began.resolve()
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        seen.aborted.resolve(signal.reason)
        reject(new Error('given up'))
      })
    })
  },
})
const commands = { began: new Moment(), release: new Moment(), aborted: false }
const sell = command('sell', {
  http: { post: '/sell' },
  allow: anyone,
  async run({ tx, signal }) {
    signal.addEventListener('abort', () => (commands.aborted = true))
    commands.began.resolve()
    await commands.release.promise
    tx.increment(items, 'tea', { stock: -1 })
  },
})

let database: TestDatabase
let app: TestApp
let port: number

before(async () => {
  database = await createTestDatabase(
    "create table items (sku text primary key, stock integer not null); insert into items values ('tea', 5);",
  )
  app = await startApp(
    database.url,
    {
      modules: [module('items', { items, waiting, sell })],
      http: { headersArrivalMs: 300, arrivalMs: 600, headersBytesMax: 4000 },
    },
    { development: false },
  )
  port = Number(new URL(await app.server.listen({ port: 0 })).port)
})
after(async () => {
  await app.server.close()
  await database.drop()
})

async function open(): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}

/** Everything that the server says until it hangs up. */
async function allOf(socket: Socket): Promise<string> {
  let said = ''
  socket.on('data', (data) => (said += data.toString()))
  await once(socket, 'close')
  return said
}

function assertProblem(said: string, status: number, code: string): void {
  assert.match(said, new RegExp(`^HTTP/1\\.1 ${status} `))
  assert.equal((JSON.parse(said.split('\r\n\r\n')[1]!) as { code: string }).code, code)
}

test('headers that trickle in are cut off', async () => {
  const socket = await open()
  socket.write('GET /livez HTTP/1.1\r\nHost: a\r\n')
  const trickle = setInterval(() => socket.write('X-A: b\r\n'), 50)
  assertProblem(await allOf(socket), 408, 'request_timeout')
  clearInterval(trickle)
})

test('a body that trickles in is cut off', async () => {
  const socket = await open()
  socket.write(
    'POST /sell HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{',
  )
  const trickle = setInterval(() => socket.write(' '), 50)
  assertProblem(await allOf(socket), 408, 'request_timeout')
  clearInterval(trickle)
})

test('a connection that says nothing is cut off', async () => {
  const socket = await open()
  await allOf(socket)
  assert.ok(socket.destroyed)
})

test('headers beyond their limit are refused', async () => {
  const socket = await open()
  socket.write(`GET /livez HTTP/1.1\r\nHost: a\r\nX-Long: ${'a'.repeat(5000)}\r\n\r\n`)
  assertProblem(await allOf(socket), 431, 'headers_too_large')
})

test('a refusal of HEAD has no body, which would be read as the next answer', async () => {
  const socket = await open()
  socket.write(`HEAD /livez HTTP/1.1\r\nHost: a\r\nX-Long: ${'a'.repeat(5000)}\r\n\r\n`)
  assert.match(await allOf(socket), /^HTTP\/1\.1 431 [^]*\r\n\r\n$/)
})

test('what could be read as two requests is refused', async () => {
  for (const head of [
    'POST /sell HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'POST /sell HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}',
    'GET /livez HTTP/1.1\r\n\r\n',
    'GET /livez HTTP/1.1\r\nHost: a\r\nX: a\u0000b\r\n\r\n',
  ]) {
    const socket = await open()
    socket.write(head)
    assert.match(await allOf(socket), /^HTTP\/1\.1 400 /, head)
  }
})

test('a query ends when its caller goes away', async () => {
  const socket = await open()
  socket.write('GET /waiting HTTP/1.1\r\nHost: a\r\n\r\n')
  await seen.began.promise
  socket.destroy()
  assert.match(String(await seen.aborted.promise), /hung up/)
})

test('a command comes to its end when its caller goes away', async () => {
  const socket = await open()
  socket.write('POST /sell HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n')
  await commands.began.promise
  socket.destroy()
  await once(socket, 'close')
  // The server notices no later than it answers another client.
  await fetch(`http://127.0.0.1:${port}/livez`).then((response) => response.text())
  commands.release.resolve()
  for (let stock = 5; stock === 5;) {
    const { rows } = await database.client.query<{ stock: number }>('select stock from items')
    stock = rows[0]!.stock
  }
  assert.equal(commands.aborted, false)
})
