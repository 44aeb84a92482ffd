import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { openShop, type Body, type TestShop } from '../support/shop.js'

let shop: TestShop
const placed: Body[] = []

/** Admin's orders, one a day, of `t1` and on odd days `t2`; and one of Alice's. */
before(async () => {
  shop = await openShop()
  await shop.stock('t1', 1000)
  await shop.stock('t2', 1000)
  for (const day of [3, 1, 5, 2, 4]) {
    const lines = [{ sku: 't1', quantity: day }, ...(day % 2 === 1 ? [{ sku: 't2', quantity: 1 }] : [])]
    const body = { lines, placedAt: `2020-01-0${day}T12:00:00Z` }
    placed.push((await shop.post('/orders', { as: 'admin', body })).body)
  }
  await shop.post('/orders', { as: 'alice', body: { lines: [{ sku: 't2', quantity: 1 }] } })
  placed.sort((a, b) => String(b['placedAt']).localeCompare(String(a['placedAt'])))
})
after(() => shop.close())

const pagesOf = async (query: string): Promise<Body[]> => {
  const orders: Body[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const path = `/orders?${query}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`
    const { status, body, text } = await shop.get(path, 'admin')
    assert.equal(status, 200, text)
    orders.push(...body.items)
    cursor = body.next
  }
  return orders
}

test('a caller’s own orders come newest first, with their lines', async () => {
  assert.deepEqual((await shop.get('/orders', 'admin')).body, { items: placed, next: null })
})

test('page by page they are the same', async () => {
  assert.deepEqual(await pagesOf('limit=2'), placed)
})

test('with a sku only the orders that hold it, with all their lines', async () => {
  const holding = placed.filter((order) => order.lines.some((line) => line.sku === 't2'))
  assert.equal(holding.length, 3)
  assert.deepEqual(await pagesOf('sku=t2&limit=1'), holding)
  assert.deepEqual(await pagesOf('sku=nowhere'), [])
})

test('orders of the same moment come in one order, whatever the page', async () => {
  const body = {
    lines: [
      { sku: 't1', quantity: 1 },
      { sku: 't1', quantity: 1 },
    ],
    placedAt: '2019-01-01T00:00:00Z',
  }
  await Promise.all(Array.from({ length: 7 }, () => shop.post('/orders', { as: 'admin', body })))
  const ids = (await pagesOf('limit=3')).map((order) => order.id)
  assert.equal(new Set(ids).size, 12)
  assert.deepEqual(
    ids,
    (await pagesOf('limit=100')).map((order) => order.id),
  )
})

test('who has ordered nothing has an empty page', async () => {
  assert.deepEqual((await shop.get('/orders', 'bob')).body, { items: [], next: null })
})

test('an order of another is not there, as one that does not exist', async () => {
  for (const [id, as] of [
    [placed[0]?.id, 'alice'],
    [randomUUID(), 'admin'],
  ] as const) {
    const { status, body } = await shop.get(`/orders/${id}`, as)
    assert.deepEqual([status, body.code], [404, 'not_found'])
  }
})

test('reading orders and sales needs a key', async () => {
  for (const path of ['/orders', `/orders/${randomUUID()}`, '/items/t1/sales']) {
    assert.equal((await shop.get(path)).status, 401)
  }
})

test('the sales of an item agree with its orders', async () => {
  const { body } = await shop.get('/items/t2/sales', 'alice')
  assert.deepEqual(body, { sku: 't2', orders: 4, quantity: 4, revenue: 400 })
})

for (const path of ['/orders/one', '/orders?limit=0', '/orders?status=placed', '/orders?sku=']) {
  test(`GET ${path} is refused`, async () => {
    const { status, body } = await shop.get(path, 'admin')
    assert.deepEqual([status, body.code], [400, 'invalid_input'])
  })
}

test('the sales of what is not there are not found', async () => {
  assert.equal((await shop.get('/items/nowhere/sales', 'alice')).status, 404)
})
