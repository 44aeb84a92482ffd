import assert from 'node:assert/strict'
import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { createServer, type Server } from 'keelson'
import pg from 'pg'
import { appWithReceipts } from '../src/jobs/app.js'
import { askForReceipt } from '../src/jobs/receipts.js'
import { placeOrder } from '../src/modules/orders/orders.js'
import { createChapterDatabase, type ChapterDatabase } from './database.js'

const caller = { id: '019a8a1e-5b7e-7cc3-98f5-0123456789ab', scopes: [] }

/** A mail service that is down at first; it remembers the keys of what it was sent. */
const keys: unknown[] = []
const mail = createHttpServer((request, response) => {
  keys.push(request.headers['idempotency-key'])
  response.writeHead(keys.length === 1 ? 503 : 202).end()
})

let database: ChapterDatabase
let client: pg.Client
let server: Server

before(async () => {
  await new Promise<void>((resolve) => mail.listen(0, '127.0.0.1', resolve))
  database = await createChapterDatabase('jobs')
  client = new pg.Client({ connectionString: database.url })
  await client.connect()
  const { port } = mail.address() as AddressInfo
  server = await createServer(appWithReceipts(`http://127.0.0.1:${port}`), { databaseUrl: database.url })
})

after(async () => {
  mail.close()
  mail.closeAllConnections()
  await server.close()
  await client.end()
  await database.drop()
})

test('the chapter on jobs runs: a receipt is sent though the mail service was down, and noted once', async () => {
  const order = await server.execute(placeOrder, { lines: [{ sku: 'tea', quantity: 1 }] }, { as: caller })
  await server.execute(askForReceipt, { orderId: order.id }, { as: caller })
  while (keys.length === 0) await pause(10)
  // An operator need not wait for the next attempt.
  for (let sent = 0; sent === 0; await pause(10)) {
    await client.query('update keelson.jobs set run_at = now() where claimed_by is null')
    sent = (await client.query('select 1 from receipts')).rows.length
  }
  assert.equal(keys.length, 2)
  assert.equal(keys[0], keys[1], 'both attempts have the same key')
  assert.match(String(keys[0]), /^[0-9a-f-]{36}$/)
})
