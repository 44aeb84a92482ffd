import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openShop, type TestShop } from '../support/shop.js'

let shop: TestShop

before(async () => {
  shop = await openShop()
  for (const sku of ['a1', 'a2', 'b1', 'b2', 'b3']) {
    const body = { name: `Item ${sku}`, category: sku.startsWith('a') ? 'A' : 'B', price: 250, stock: 10 }
    await shop.put(`/items/${sku}`, { as: 'admin', body })
  }
})
after(() => shop.close())

test('an item is readable by everybody', async () => {
  const { status, text } = await shop.get('/items/a1')
  assert.equal(status, 200)
  assert.equal(text, '{"sku":"a1","name":"Item a1","category":"A","price":250,"stock":10}')
})

test('an item that is not there is not found', async () => {
  const { status, body } = await shop.get('/items/nowhere')
  assert.equal(status, 404)
  assert.equal(body.code, 'not_found')
})

test('the catalogue is read page by page, each item once', async () => {
  const seen: unknown[] = []
  let path: string | undefined = '/items?limit=2&category=B'
  while (path !== undefined) {
    const { status, body } = await shop.get(path)
    assert.equal(status, 200)
    assert.ok(body.items.length <= 2)
    seen.push(...body.items.map((item) => item['sku']))
    path =
      body.next === null ? undefined : `/items?limit=2&category=B&cursor=${encodeURIComponent(body.next)}`
  }
  assert.deepEqual(seen, ['b1', 'b2', 'b3'])
})

test('a category that nothing is in is an empty page', async () => {
  const { body } = await shop.get('/items?category=C')
  assert.deepEqual(body, { items: [], next: null })
})

for (const query of ['limit=0', 'limit=101', 'limit=two', 'limit=1.5', 'colour=red', 'cursor=made-up']) {
  test(`?${query} is refused`, async () => {
    const { status, body } = await shop.get(`/items?${query}`)
    assert.equal(status, 400)
    assert.equal(body.code, query.startsWith('cursor') ? 'invalid_cursor' : 'invalid_input')
  })
}

test('putting an item creates it, without stock unless given', async () => {
  const body = { name: 'New', category: 'N', price: 0 }
  const created = await shop.put('/items/n1', { as: 'admin', body })
  assert.equal(created.status, 200)
  assert.deepEqual(created.body, { sku: 'n1', ...body, stock: 0 })
  assert.deepEqual((await shop.get('/items/n1')).body, created.body)
})

test('putting an item again replaces its description, and its stock only if given', async () => {
  const first = { name: 'First', category: 'N', price: 1, stock: 7 }
  await shop.put('/items/n2', { as: 'admin', body: first })
  const second = { name: 'Second', category: 'M', price: 2 }
  assert.deepEqual((await shop.put('/items/n2', { as: 'admin', body: second })).body, {
    sku: 'n2',
    ...second,
    stock: 7,
  })
  const third = { ...second, stock: 3 }
  assert.deepEqual((await shop.put('/items/n2', { as: 'admin', body: third })).body, { sku: 'n2', ...third })
})

test('names and skus may be in any script', async () => {
  const body = { name: 'Côte de Blaye 酒 🍷', category: 'Getränke', price: 26_350, stock: 1 }
  const path = `/items/${encodeURIComponent('wein/ß 酒')}`
  assert.equal((await shop.put(path, { as: 'admin', body })).status, 200)
  assert.deepEqual((await shop.get(path)).body, { sku: 'wein/ß 酒', ...body })
})

const valid = { name: 'Name', category: 'Category', price: 100 }
const wrongItems: [string, unknown][] = [
  ['no name', { ...valid, name: undefined }],
  ['an empty name', { ...valid, name: '' }],
  ['a price below nothing', { ...valid, price: -1 }],
  ['a price with a fraction', { ...valid, price: 1.5 }],
  ['a price as text', { ...valid, price: '100' }],
  ['a price beyond the bound', { ...valid, price: 100_000_001 }],
  ['a negative stock', { ...valid, stock: -1 }],
  ['a field that nobody declared', { ...valid, sold_orders: 9 }],
  ['a list instead of an object', [valid]],
]
for (const [name, body] of wrongItems) {
  test(`an item with ${name} is refused`, async () => {
    const answer = await shop.put('/items/wrong', { as: 'admin', body })
    assert.equal(answer.status, 400, answer.text)
    assert.equal(answer.body.code, 'invalid_input')
    assert.equal((await shop.get('/items/wrong')).status, 404)
  })
}

test('a text that Postgres cannot store is the caller’s mistake', async () => {
  const answer = await shop.put('/items/nul', { as: 'admin', body: { ...valid, name: 'a\u0000b' } })
  assert.ok(answer.status >= 400 && answer.status < 500, answer.text)
  assert.ok((await shop.get('/items/%00')).status < 500)
})

test('restocking adds', async () => {
  await shop.stock('r1', 5)
  const { status, body } = await shop.post('/items/r1/restock', { as: 'admin', body: { quantity: 7 } })
  assert.equal(status, 200)
  assert.equal(body.stock, 12)
  assert.equal((await shop.get('/items/r1')).body.stock, 12)
})

test('restocking at once from many sides adds all of it', async () => {
  await shop.stock('r2', 0)
  const request = { as: 'admin', body: { quantity: 3 } } as const
  await Promise.all(Array.from({ length: 100 }, () => shop.post('/items/r2/restock', request)))
  assert.equal((await shop.get('/items/r2')).body.stock, 300)
})

test('restocking what is not there is not found', async () => {
  const { status, body } = await shop.post('/items/nowhere/restock', { as: 'admin', body: { quantity: 1 } })
  assert.equal(status, 404)
  assert.equal(body.code, 'not_found')
})

for (const quantity of [0, -1, 1.5, '5', null, undefined, 1_000_001]) {
  test(`restocking by ${JSON.stringify(quantity)} is refused`, async () => {
    const { status, body } = await shop.post('/items/a1/restock', { as: 'admin', body: { quantity } })
    assert.equal(status, 400)
    assert.equal(body.code, 'invalid_input')
  })
}

test('keeping the catalogue needs a key and its scope', async () => {
  const requests = [
    (as?: 'alice') => shop.put('/items/a1', { as, body: valid }),
    (as?: 'alice') => shop.post('/items/a1/restock', { as, body: { quantity: 1 } }),
  ]
  for (const request of requests) {
    const anonymous = await request()
    assert.equal(anonymous.status, 401)
    assert.equal(anonymous.body.code, 'unauthenticated')
    const customer = await request('alice')
    assert.equal(customer.status, 403)
    assert.equal(customer.body.code, 'scope_required')
    assert.equal(customer.body['scope'], 'catalogue:write')
  }
  assert.equal((await shop.get('/items/a1')).body.stock, 10)
})
