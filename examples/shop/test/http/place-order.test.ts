import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openShop, type TestShop } from '../support/shop.js'

let shop: TestShop

before(async () => {
  shop = await openShop()
})
after(() => shop.close())

const stockOf = async (sku: string): Promise<number> => (await shop.get(`/items/${sku}`)).body.stock

test('an order takes its goods and is found where it says', async () => {
  await shop.stock('p1', 10, 250)
  await shop.stock('p2', 10, 99)
  const lines = [
    { sku: 'p2', quantity: 3 },
    { sku: 'p1', quantity: 2 },
  ]
  const placed = await shop.post('/orders', { as: 'alice', body: { lines } })
  assert.equal(placed.status, 201, placed.text)
  const { id, placedAt } = placed.body
  assert.equal(placed.headers['location'], `/v1/orders/${id}`)
  assert.ok(Math.abs(Date.parse(String(placedAt)) - Date.now()) < 60_000)
  assert.deepEqual(placed.body, {
    id,
    status: 'placed',
    total: 797,
    placedAt,
    lines: [
      { sku: 'p2', quantity: 3, unitPrice: 99, total: 297 },
      { sku: 'p1', quantity: 2, unitPrice: 250, total: 500 },
    ],
  })
  assert.equal((await shop.get(`/orders/${id}`, 'alice')).text, placed.text)
  assert.deepEqual([await stockOf('p1'), await stockOf('p2')], [8, 7])
})

test('the stock must suffice for all lines of an item together', async () => {
  await shop.stock('s1', 5)
  const line = { sku: 's1', quantity: 3 }
  const refused = await shop.post('/orders', { as: 'alice', body: { lines: [line, line] } })
  assert.equal(refused.status, 409)
  assert.equal(refused.body.code, 'out_of_stock')
  const placed = await shop.post('/orders', {
    as: 'alice',
    body: { lines: [line, { sku: 's1', quantity: 2 }] },
  })
  assert.equal(placed.status, 201)
  assert.equal(placed.body.lines.length, 2)
  assert.equal(await stockOf('s1'), 0)
  assert.equal((await shop.get('/items/s1/sales', 'alice')).body['orders'], 1)
})

test('what is not in stock is named with what is left, and nothing is taken', async () => {
  await shop.stock('o1', 5)
  await shop.stock('o2', 1)
  const lines = [
    { sku: 'o1', quantity: 5 },
    { sku: 'o2', quantity: 2 },
  ]
  const { status, body, headers } = await shop.post('/orders', { as: 'alice', body: { lines } })
  assert.equal(status, 409)
  assert.match(String(headers['content-type']), /^application\/problem\+json/)
  assert.deepEqual([body.code, body['sku'], body['available']], ['out_of_stock', 'o2', 1])
  assert.deepEqual([await stockOf('o1'), await stockOf('o2')], [5, 1])
  assert.equal((await shop.get('/items/o1/sales', 'alice')).body['quantity'], 0)
})

test('an item that is not there is named, and nothing is taken', async () => {
  await shop.stock('u1', 5)
  const lines = [
    { sku: 'u1', quantity: 1 },
    { sku: 'no such item', quantity: 1 },
  ]
  const { status, body } = await shop.post('/orders', { as: 'alice', body: { lines } })
  assert.equal(status, 422)
  assert.deepEqual([body.code, body['sku']], ['unknown_item', 'no such item'])
  assert.equal(await stockOf('u1'), 5)
})

test('of a hundred who want the last seven, seven get one', async () => {
  await shop.stock('last', 7)
  const body = { lines: [{ sku: 'last', quantity: 1 }] }
  const answers = await Promise.all(
    Array.from({ length: 100 }, () => shop.post('/orders', { as: 'alice', body })),
  )
  assert.equal(answers.filter((answer) => answer.status === 201).length, 7)
  const refused = answers.filter((answer) => answer.status === 409)
  assert.equal(refused.length, 93)
  assert.ok(refused.every((answer) => answer.body['available'] === 0))
  assert.equal(await stockOf('last'), 0)
  const { body: sales } = await shop.get('/items/last/sales', 'alice')
  assert.deepEqual(sales, { sku: 'last', orders: 7, quantity: 7, revenue: 700 })
})

test('orders that want the same items in opposite order do not stand in each other’s way', async () => {
  await shop.stock('x', 200)
  await shop.stock('y', 200)
  const [x, y] = [
    { sku: 'x', quantity: 1 },
    { sku: 'y', quantity: 1 },
  ]
  const bodies = Array.from({ length: 100 }, (_, index) => ({ lines: index % 2 === 0 ? [x, y] : [y, x] }))
  const answers = await Promise.all(bodies.map((body) => shop.post('/orders', { as: 'bob', body })))
  assert.ok(answers.every((answer) => answer.status === 201))
  assert.deepEqual([await stockOf('x'), await stockOf('y')], [100, 100])
})

test('sent again under its key an order answers the same bytes and counts once', async () => {
  await shop.stock('again', 10)
  const request = {
    as: 'alice',
    body: { lines: [{ sku: 'again', quantity: 4 }] },
    idempotencyKey: 'again-1',
  } as const
  const first = await shop.post('/orders', request)
  assert.equal(first.status, 201)
  assert.equal(first.headers['idempotent-replayed'], undefined)
  const answers = await Promise.all(Array.from({ length: 20 }, () => shop.post('/orders', request)))
  for (const answer of answers) {
    assert.equal(answer.status, 201)
    assert.equal(answer.text, first.text)
    assert.equal(answer.headers['location'], first.headers['location'])
    assert.equal(answer.headers['idempotent-replayed'], 'true')
  }
  assert.equal(await stockOf('again'), 6)
})

test('twenty at once under one key are one order', async () => {
  await shop.stock('once', 10)
  const request = {
    as: 'alice',
    body: { lines: [{ sku: 'once', quantity: 1 }] },
    idempotencyKey: 'once-1',
  } as const
  const answers = await Promise.all(Array.from({ length: 20 }, () => shop.post('/orders', request)))
  assert.equal(
    new Set(answers.filter((answer) => answer.status === 201).map((answer) => answer.text)).size,
    1,
  )
  assert.ok(answers.every(({ status, body }) => status === 201 || body.code === 'idempotency_in_progress'))
  assert.equal(await stockOf('once'), 9)
})

test('a refusal is remembered under its key too', async () => {
  await shop.stock('late', 0)
  const request = {
    as: 'alice',
    body: { lines: [{ sku: 'late', quantity: 1 }] },
    idempotencyKey: 'late-1',
  } as const
  const refused = await shop.post('/orders', request)
  assert.equal(refused.status, 409)
  await shop.stock('late', 5)
  const again = await shop.post('/orders', request)
  assert.equal(again.text, refused.text)
  assert.equal(await stockOf('late'), 5)
})

test('another order under a used key is refused; another caller’s key is another key', async () => {
  await shop.stock('key', 10)
  const order = (quantity: number, as: 'alice' | 'bob') =>
    shop.post('/orders', { as, body: { lines: [{ sku: 'key', quantity }] }, idempotencyKey: 'key-1' })
  assert.equal((await order(1, 'alice')).status, 201)
  const reused = await order(2, 'alice')
  assert.equal(reused.status, 422)
  assert.equal(reused.body.code, 'idempotency_key_reused')
  assert.equal((await order(2, 'bob')).status, 201)
  assert.equal(await stockOf('key'), 7)
})

test('ordering needs a key', async () => {
  const { status, body } = await shop.post('/orders', { body: { lines: [{ sku: 'p1', quantity: 1 }] } })
  assert.equal(status, 401)
  assert.equal(body.code, 'unauthenticated')
})

const line = { sku: 'p1', quantity: 1 }
const wrongOrders: [string, unknown, string?][] = [
  ['no lines', {}, '/lines'],
  ['an empty list of lines', { lines: [] }, '/lines'],
  ['more than a hundred lines', { lines: Array.from({ length: 101 }, () => line) }, '/lines'],
  ['a line without quantity', { lines: [line, { sku: 'p1' }] }, '/lines/1/quantity'],
  ['a quantity of nothing', { lines: [{ ...line, quantity: 0 }] }, '/lines/0/quantity'],
  ['a negative quantity', { lines: [{ ...line, quantity: -1 }] }, '/lines/0/quantity'],
  ['a quantity with a fraction', { lines: [{ ...line, quantity: 0.5 }] }, '/lines/0/quantity'],
  ['a quantity as text', { lines: [{ ...line, quantity: '1' }] }, '/lines/0/quantity'],
  ['an empty sku', { lines: [{ ...line, sku: '' }] }, '/lines/0/sku'],
  ['a sku that is a number', { lines: [{ ...line, sku: 1 }] }, '/lines/0/sku'],
  ['a field that nobody declared', { lines: [line], total: 1 }],
  ['an undeclared field in a line', { lines: [{ ...line, price: 1 }] }],
  ['nothing but text', 'an order please'],
]
for (const [name, body, pointer] of wrongOrders) {
  test(`an order with ${name} is refused`, async () => {
    const answer = await shop.post('/orders', { as: 'alice', body })
    assert.equal(answer.status, 400, answer.text)
    assert.equal(answer.body.code, 'invalid_input')
    if (pointer !== undefined) assert.equal(answer.body.errors[0]?.pointer, pointer)
  })
}
