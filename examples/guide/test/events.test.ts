import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { createServer, type Server } from 'keelson'
import pg from 'pg'
import app from '../src/events/app.js'
import { cancelOrder } from '../src/events/sales.js'
import { placeOrder } from '../src/modules/orders/orders.js'
import { createChapterDatabase, type ChapterDatabase } from './database.js'

const caller = { id: '019a8a1e-5b7e-7cc3-98f5-0123456789ab', scopes: [] }

let database: ChapterDatabase
let client: pg.Client
let server: Server

before(async () => {
  database = await createChapterDatabase('events')
  client = new pg.Client({ connectionString: database.url })
  await client.connect()
  server = await createServer(app, { databaseUrl: database.url })
})

after(async () => {
  await server.close()
  await client.end()
  await database.drop()
})

async function caughtUp(): Promise<void> {
  for (;;) {
    const { unpositioned, subscribers } = await server.events.lag()
    if (unpositioned === 0 && subscribers.length === 2 && subscribers.every(({ behind }) => behind === 0))
      return
    await pause(10)
  }
}

test('the chapter on events runs: sales are kept through an order and its cancellation', async () => {
  const order = (sku: string) => server.execute(placeOrder, { lines: [{ sku, quantity: 1 }] }, { as: caller })
  const [, rye] = [await order('tea'), await order('rye')]
  await server.execute(cancelOrder, { orderId: rye.id }, { as: caller })
  await caughtUp()
  const { rows } = await client.query(
    'select sum(orders)::int as orders, sum(total)::int as total from sales',
  )
  assert.deepEqual(rows, [{ orders: 1, total: 350 }])
})

test('an event of an earlier version arrives in the one that is current', async () => {
  await client.query(
    `insert into keelson.events (name, version, key, payload, occurred_at) values ('price.changed', 1, 'tea', '{"sku":"tea","price":350}', now())`,
  )
  for (;;) {
    const { rows } = await client.query('select sku, price, currency from price_history')
    if (rows.length === 0) await pause(10)
    else {
      assert.deepEqual(rows, [{ sku: 'tea', price: 350, currency: 'EUR' }])
      break
    }
  }
})
