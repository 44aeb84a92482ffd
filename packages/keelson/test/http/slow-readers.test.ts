/** Over real sockets: clients that do not read what they asked for, and more of them than may be. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { Readable } from 'node:stream'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { app as declare } from '../../src/app.js'
import { createServer } from '../../src/create-server.js'
import { route } from '../../src/http/route.js'
import { anyone } from '../../src/operation/access.js'
import { module } from '../../src/operation/module.js'
import { startApp, type TestApp } from '../support/app.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { until } from '../support/until.js'

/** Far more than the buffers of a connection take. */
const LARGE = 48 * 1024 * 1024
const CHUNK = 64 * 1024
const STALLED_MS = 900

/** In one piece, of which Node does not say how much has gone. */
const large = route('large', {
  http: { get: '/large' },
  allow: anyone,
  run: ({ reply }) => reply.type('application/octet-stream').send(Buffer.alloc(LARGE)),
})
let downloadsEnded = 0
const download = route('download', {
  http: { get: '/download' },
  allow: anyone,
  run({ reply }) {
    reply.type('application/octet-stream')
    return Readable.from(
      (function* () {
        try {
          for (let sent = 0; sent < LARGE; sent += CHUNK) yield Buffer.alloc(CHUNK)
        } finally {
          downloadsEnded++
        }
      })(),
    )
  },
})
let speak: () => void = () => undefined
const feed = route('feed', {
  http: { get: '/feed' },
  allow: anyone,
  run({ reply, signal }) {
    reply.type('text/event-stream')
    return Readable.from(
      (async function* () {
        yield 'data: first\n\n'
        await new Promise<void>((resolve) => {
          speak = resolve
          signal.addEventListener('abort', () => resolve())
        })
        yield 'data: second\n\n'
      })(),
    )
  },
})
const routes = () => module('routes', { large, download, feed })

let database: TestDatabase
before(async () => {
  database = await createTestDatabase('')
})
after(async () => database.drop())

async function withApp(
  http: { readonly stalledMs?: number; readonly connectionsMax?: number },
  use: (app: TestApp, port: number) => Promise<void>,
): Promise<void> {
  const app = await startApp(database.url, { modules: [routes()], http })
  try {
    await use(app, Number(new URL(await app.server.listen({ port: 0 })).port))
  } finally {
    await app.server.close()
  }
}

async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}

const ask = (socket: Socket, path: string): boolean => socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`)

/** Reads on until the server has said this. */
async function hear(socket: Socket, words: string): Promise<void> {
  let said = ''
  const listen = (data: Buffer): void => void (said += data.toString('latin1'))
  socket.on('data', listen)
  await until(words, () => said.includes(words) || (socket.destroyed && assert.fail(`Closed after: ${said}`)))
  socket.off('data', listen)
}

/** Bytes until the server hangs up or as many have come; `eachMs` to wait after half a megabyte. */
async function readAll(socket: Socket, bytesMax: number, eachMs: number): Promise<number> {
  let bytes = 0
  let rested = 0
  try {
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes >= bytesMax) break
      if (bytes - rested < 512 * 1024) continue
      rested = bytes
      await pause(eachMs)
    }
  } catch {
    // The connection was reset; what came before is the answer.
  }
  return bytes
}

const cutOff = (app: TestApp): number =>
  app.logged.filter((line) => line.includes('A client did not read its answer.')).length

for (const path of ['/large', '/download'])
  test(`who does not read ${path} is cut off; others go on, and a stream that is silent meanwhile stays`, async () => {
    await withApp({ stalledMs: STALLED_MS }, async (app, port) => {
      const [silent, stalled, other] = await Promise.all([open(port), open(port), open(port)])
      ask(silent, '/feed')
      await hear(silent, 'data: first')
      const endedBefore = downloadsEnded
      stalled.pause()
      ask(stalled, path)
      await until('the client that does not read is cut off', () => cutOff(app) === 1)
      if (path === '/download')
        await until('what it was to get is let go', () => downloadsEnded === endedBefore + 1)
      assert.ok((await readAll(stalled, LARGE, 0)) < LARGE)
      ask(other, '/livez')
      await hear(other, 'HTTP/1.1 200')
      speak()
      await hear(silent, 'data: second')
      assert.equal(cutOff(app), 1)
    })
  })

test('who reads slowly but steadily gets all', async () => {
  await withApp({ stalledMs: STALLED_MS }, async (app, port) => {
    const [one, two] = await Promise.all([open(port), open(port)])
    ask(one, '/large')
    ask(two, '/download')
    // Several times as long as a client may take nothing.
    for (const bytes of await Promise.all([readAll(one, LARGE, 25), readAll(two, LARGE, 25)]))
      assert.ok(bytes >= LARGE, String(bytes))
    assert.equal(cutOff(app), 0)
  })
})

test('connections beyond the bound are closed, those within go on, and one that leaves makes room', async () => {
  await withApp({ connectionsMax: 2 }, async (app, port) => {
    const [one, two] = await Promise.all([open(port), open(port)])
    for (const socket of [one, two]) {
      ask(socket, '/livez')
      await hear(socket, 'HTTP/1.1 200')
    }
    for (const beyond of [await open(port), await open(port)]) {
      ask(beyond, '/livez')
      assert.equal(await readAll(beyond, 1, 0), 0)
    }
    ask(one, '/livez')
    await hear(one, 'HTTP/1.1 200')
    const lines = app.logged.filter((line) => line.includes('Connections were closed unserved'))
    assert.equal(lines.length, 1, 'once a minute')
    const { level, connectionsMax, dropped } = JSON.parse(lines[0]!) as Record<string, unknown>
    assert.deepEqual({ level, connectionsMax, dropped }, { level: 'warn', connectionsMax: 2, dropped: 1 })
    two.destroy()
    await until('there is room for another', async () => {
      const socket = await open(port)
      ask(socket, '/livez')
      const served = (await readAll(socket, 1, 0)) > 0
      socket.destroy()
      return served
    })
  })
})

test('bounds that are no bounds are refused at the start', async () => {
  for (const [http, name] of [
    [{ stalledMs: 0 }, 'stalledMs'],
    [{ connectionsMax: 1.5 }, 'connectionsMax'],
  ] as const)
    await assert.rejects(
      createServer(declare({ name: 'x', modules: [], http }), { databaseUrl: database.url }),
      new RegExp(`http\\.${name}`),
    )
})
