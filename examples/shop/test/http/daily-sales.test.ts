import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openShop, type Body, type TestShop } from '../support/shop.js'

let shop: TestShop
before(async () => {
  shop = await openShop()
})
after(() => shop.close())

/** As soon as the subscriber has passed all events. */
async function dailySales(): Promise<readonly Body[]> {
  for (;;) {
    const { unpositioned, subscribers } = await shop.server.events.lag()
    if (unpositioned === 0 && subscribers.length === 1 && subscribers[0]!.behind === 0) break
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return (await shop.get('/sales?limit=10', 'alice')).body.items
}

test('orders placed and cancelled count on their day, each once', async () => {
  await shop.stock('tea', 1000, 250)
  const place = () => shop.post('/orders', { as: 'alice', body: { lines: [{ sku: 'tea', quantity: 2 }] } })
  const placed = await Promise.all(Array.from({ length: 20 }, place))
  await Promise.all(
    placed.slice(0, 5).map(({ body }) => shop.post(`/orders/${body.id}/cancel`, { as: 'alice' })),
  )
  const days = await dailySales()
  // Two of them around midnight.
  assert.ok(days.length === 1 || days.length === 2)
  const sum = (field: string): number => days.reduce((total, day) => total + Number(day[field]), 0)
  assert.deepEqual([sum('placed'), sum('cancelled'), sum('revenue')], [20, 5, 7500])
})
