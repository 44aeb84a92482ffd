import assert from 'node:assert/strict'
import { createServer as createProxy, request, type Server as Proxy } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { app, createServer, module, type Server } from 'keelson'
import * as tables from '../src/modules/orders/tables.js'
import * as operations from '../src/once-only/orders.js'
import { sendOnce } from '../src/once-only/send-once.js'
import { createChapterDatabase, type ChapterDatabase } from './database.js'

const OWNER = '019a8a1e-5b7e-7cc3-98f5-0123456789ab'

let database: ChapterDatabase
let server: Server
let proxy: Proxy
let url: string
let key: string
/** Answers that the proxy swallows, one by one. */
let toLose = 0

before(async () => {
  database = await createChapterDatabase('once')
  server = await createServer(
    app({
      name: 'guide-once-only',
      modules: [module('orders', { ...tables, ...operations })],
      migrations: new URL('../../migrations', import.meta.url),
    }),
    { databaseUrl: database.url },
  )
  ;({ key } = await server.keys.create({ owner: OWNER, scopes: [] }))
  const { port } = new URL(await server.listen({ port: 0 }))
  // Passes requests on; the first answers get lost on their way back, after the server gave them.
  proxy = createProxy((incoming, outgoing) => {
    const onward = request(
      { port, path: incoming.url, method: incoming.method, headers: incoming.headers },
      (answer) => {
        if (toLose-- > 0) answer.resume().on('end', () => outgoing.destroy())
        else answer.pipe(outgoing.writeHead(answer.statusCode!, answer.headers))
      },
    )
    incoming.pipe(onward)
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
})
after(async () => {
  proxy.close()
  proxy.closeAllConnections()
  await server.close()
  await database.drop()
})

const order = (quantity: number): Promise<Response> =>
  sendOnce(`${url}/items/tea/orders`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ quantity }),
  })

test('a request whose answers get lost takes effect once', async () => {
  toLose = 2
  const response = await order(1)
  assert.equal(response.status, 201)
  assert.equal(response.headers.get('Idempotent-Replayed'), 'true')
  const { total } = (await response.json()) as { total: number }
  assert.equal(total, 350)
})

test('a verdict is kept too, and needs no second try', async () => {
  toLose = 1
  const response = await order(1000)
  assert.deepEqual([response.status, response.headers.get('Idempotent-Replayed')], [409, 'true'])
})
