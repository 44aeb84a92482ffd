import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { openShop, type TestAnswer, type TestShop } from '../support/shop.js'

let shop: TestShop

before(async () => {
  shop = await openShop()
})
after(() => shop.close())

const place = async (...lines: { sku: string; quantity: number }[]): Promise<TestAnswer> => {
  const placed = await shop.post('/orders', { as: 'alice', body: { lines } })
  assert.equal(placed.status, 201, placed.text)
  return placed
}

test('cancelling puts the goods back and takes the sale out, once', async () => {
  await shop.stock('c1', 10, 500)
  await place({ sku: 'c1', quantity: 1 })
  const { body: order } = await place({ sku: 'c1', quantity: 3 }, { sku: 'c1', quantity: 2 })
  const cancelled = await shop.post(`/orders/${order.id}/cancel`, { as: 'alice' })
  assert.equal(cancelled.status, 200, cancelled.text)
  assert.deepEqual(cancelled.body, { ...order, status: 'cancelled' })
  const again = await shop.post(`/orders/${order.id}/cancel`, { as: 'alice' })
  assert.equal(again.status, 409)
  assert.equal(again.body.code, 'already_cancelled')
  assert.equal((await shop.get('/items/c1')).body.stock, 9)
  const { body: sales } = await shop.get('/items/c1/sales', 'alice')
  assert.deepEqual(sales, { sku: 'c1', orders: 1, quantity: 1, revenue: 500 })
  assert.deepEqual((await shop.get(`/orders/${order.id}`, 'alice')).body, cancelled.body)
})

test('of twenty who cancel at once one succeeds', async () => {
  await shop.stock('c2', 10)
  const { body: order } = await place({ sku: 'c2', quantity: 4 })
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => shop.post(`/orders/${order.id}/cancel`, { as: 'alice' })),
  )
  assert.equal(answers.filter((answer) => answer.status === 200).length, 1)
  assert.equal(answers.filter((answer) => answer.body.code === 'already_cancelled').length, 19)
  assert.equal((await shop.get('/items/c2')).body.stock, 10)
})

test('placing and cancelling at once keep stock and sales in agreement', async () => {
  await shop.stock('c3', 40, 7)
  const placeAndCancel = async (index: number): Promise<void> => {
    const placed = await shop.post('/orders', { as: 'alice', body: { lines: [{ sku: 'c3', quantity: 2 }] } })
    if (placed.status === 201 && index % 2 === 0)
      await shop.post(`/orders/${placed.body.id}/cancel`, { as: 'alice' })
  }
  await Promise.all(Array.from({ length: 60 }, (_, index) => placeAndCancel(index)))
  const { stock } = (await shop.get('/items/c3')).body
  const { quantity, orders, revenue } = (await shop.get('/items/c3/sales', 'alice')).body
  assert.equal(stock + Number(quantity), 40)
  assert.deepEqual([quantity, revenue], [Number(orders) * 2, Number(orders) * 14])
  assert.ok(stock >= 0)
})

test('an order of another is not there', async () => {
  await shop.stock('c4', 10)
  const { body: order } = await place({ sku: 'c4', quantity: 1 })
  const foreign = await shop.post(`/orders/${order.id}/cancel`, { as: 'bob' })
  const missing = await shop.post(`/orders/${randomUUID()}/cancel`, { as: 'bob' })
  assert.deepEqual([foreign.status, foreign.body.code], [404, 'not_found'])
  assert.deepEqual([missing.status, missing.body.code], [404, 'not_found'])
  assert.equal((await shop.get('/items/c4')).body.stock, 9)
})

test('cancelling needs a key and an id that can be one', async () => {
  assert.equal((await shop.post(`/orders/${randomUUID()}/cancel`)).status, 401)
  const wrong = await shop.post('/orders/one/cancel', { as: 'alice' })
  assert.deepEqual([wrong.status, wrong.body.code], [400, 'invalid_input'])
})
