import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Dataset, openingItems, readNorthwind } from '../../src/replay/northwind.js'
import { replay } from '../../src/replay/replay.js'
import { shopClient, type ShopClient } from '../../src/replay/shop-client.js'
import { openShop, type TestShop } from '../support/shop.js'

const ORDERS = 40
const concurrency = 8

let shop: TestShop
let client: ShopClient
/** The first orders of the files; the stock at the end is still what the files say. */
let dataset: Dataset

before(async () => {
  shop = await openShop()
  const url = await shop.server.listen({ host: '127.0.0.1', port: 0 })
  client = shopClient({ url, key: shop.keys.admin, patienceMs: 30_000 })
  const northwind = await readNorthwind()
  dataset = { ...northwind, orders: northwind.orders.slice(0, ORDERS) }
})
after(() => shop.close())

test('a replay fills an empty shop, and its totals are those of the files', async () => {
  const steps: number[] = []
  const report = await replay(client, dataset, { concurrency, progress: (done) => steps.push(done) })
  assert.equal(report.itemsCreated, 77)
  assert.deepEqual(report.orders, { sent: ORDERS, placed: ORDERS, replayed: 0, alreadyThere: 0, refused: [] })
  assert.deepEqual(report.verdict.found, report.verdict.expected)
  assert.deepEqual(report.verdict.wrongStock, [])
  assert.equal(report.ok, true)
  assert.deepEqual(
    steps,
    Array.from({ length: ORDERS }, (_, index) => index + 1),
  )
})

test('replayed again, everything is answered from the keys', async () => {
  const report = await replay(client, dataset, { concurrency })
  assert.equal(report.itemsCreated, 0)
  assert.deepEqual(report.orders, { sent: ORDERS, placed: 0, replayed: ORDERS, alreadyThere: 0, refused: [] })
  assert.equal(report.ok, true)
})

test('replayed when the keys are forgotten, the references prevent doubles', async () => {
  await shop.database.query('truncate keelson.idempotency')
  const report = await replay(client, dataset, { concurrency })
  assert.deepEqual(report.orders, { sent: ORDERS, placed: 0, replayed: 0, alreadyThere: ORDERS, refused: [] })
  assert.equal(report.ok, true)
})

test('a shop that has sold something else does not agree', async () => {
  const sku = openingItems(dataset).find((item) => item.stock > 0)?.sku
  const order = await shop.post('/orders', { as: 'alice', body: { lines: [{ sku, quantity: 1 }] } })
  assert.equal(order.status, 201)
  const report = await replay(client, dataset, { concurrency })
  assert.equal(report.ok, false)
  assert.deepEqual(
    report.verdict.wrongStock.map((item) => item.sku),
    [sku],
  )
  assert.equal(report.verdict.found.quantity, report.verdict.expected.quantity + 1)
})

test('an order that the shop refuses is told', async () => {
  const orders = [{ reference: 'x-1', customer: 'X', placedAt: '2020-01-01T00:00:00Z', lines: [] }]
  const { orders: sent, ok } = await replay(client, { ...dataset, orders }, { concurrency })
  assert.equal(ok, false)
  assert.match(sent.refused[0] ?? '', /^order x-1: 400 invalid_input/)
})
