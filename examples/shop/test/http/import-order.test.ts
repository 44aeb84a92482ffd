import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openShop, type TestShop } from '../support/shop.js'

let shop: TestShop

before(async () => {
  shop = await openShop()
  await shop.stock('i1', 100_000, 1000)
})
after(() => shop.close())

const line = { sku: 'i1', quantity: 1 }

const importFields: [string, object][] = [
  ['reference', { lines: [line], reference: 'r' }],
  ['customer', { lines: [line], customer: 'c' }],
  ['placedAt', { lines: [line], placedAt: '1996-07-04T00:00:00Z' }],
  ['unitPrice', { lines: [line, { ...line, unitPrice: 0 }] }],
  ['discountPercent', { lines: [{ ...line, discountPercent: 0 }] }],
]
for (const [field, body] of importFields) {
  test(`${field} needs the scope orders:import`, async () => {
    const refused = await shop.post('/orders', { as: 'alice', body })
    assert.equal(refused.status, 403, refused.text)
    assert.deepEqual([refused.body.code, refused.body['scope']], ['scope_required', 'orders:import'])
    assert.equal((await shop.post('/orders', { as: 'admin', body })).status, 201)
  })
}

test('an imported order keeps its date and its prices, rounded half up', async () => {
  const body = {
    reference: 'import-1',
    customer: 'Vins et alcools Chevalier',
    placedAt: '1996-07-04T02:00:00+02:00',
    lines: [
      { sku: 'i1', quantity: 3, unitPrice: 333, discountPercent: 50 },
      { sku: 'i1', quantity: 1, discountPercent: 100 },
      { sku: 'i1', quantity: 1, unitPrice: 49, discountPercent: 99 },
      { sku: 'i1', quantity: 1, unitPrice: 50, discountPercent: 99 },
    ],
  }
  const placed = await shop.post('/orders', { as: 'admin', body })
  assert.equal(placed.status, 201, placed.text)
  assert.deepEqual(placed.body, {
    id: placed.body.id,
    status: 'placed',
    total: 501,
    placedAt: '1996-07-04T00:00:00.000Z',
    lines: [
      { sku: 'i1', quantity: 3, unitPrice: 333, total: 500 },
      { sku: 'i1', quantity: 1, unitPrice: 1000, total: 0 },
      { sku: 'i1', quantity: 1, unitPrice: 49, total: 0 },
      { sku: 'i1', quantity: 1, unitPrice: 50, total: 1 },
    ],
  })
})

test('the largest amounts stay exact', async () => {
  const largest = { sku: 'i1', quantity: 500, unitPrice: 100_000_000 }
  const body = { lines: Array.from({ length: 100 }, () => largest) }
  const placed = await shop.post('/orders', { as: 'admin', body })
  assert.equal(placed.body.total, 5_000_000_000_000, placed.text)
  assert.equal((await shop.get(`/orders/${placed.body.id}`, 'admin')).text, placed.text)
})

test('a reference is taken once, whatever the key', async () => {
  const { body: before } = await shop.get('/items/i1')
  const order = (idempotencyKey?: string) =>
    shop.post('/orders', { as: 'admin', body: { lines: [line], reference: 'taken' }, idempotencyKey })
  assert.equal((await order('first')).status, 201)
  for (const key of ['second', undefined]) {
    const { status, body } = await order(key)
    assert.equal(status, 409)
    assert.deepEqual([body.code, body['reference']], ['duplicate_reference', 'taken'])
  }
  const answers = await Promise.all(
    Array.from({ length: 20 }, () =>
      shop.post('/orders', { as: 'admin', body: { lines: [line], reference: 'race' } }),
    ),
  )
  assert.equal(answers.filter((answer) => answer.status === 201).length, 1)
  assert.ok(answers.every(({ status }) => status === 201 || status === 409))
  assert.equal((await shop.get('/items/i1')).body.stock, before.stock - 2)
})

const wrongImports: [string, object][] = [
  ['an empty reference', { reference: '' }],
  ['a reference that is too long', { reference: 'r'.repeat(101) }],
  ['a customer that is too long', { customer: 'c'.repeat(101) }],
  ['a day instead of a moment', { placedAt: '1996-07-04' }],
  ['a day that is not in the calendar', { placedAt: '1996-02-30T00:00:00Z' }],
  ['a moment without its offset', { placedAt: '1996-07-04T00:00:00' }],
  ['a discount of more than all', { lines: [{ ...line, discountPercent: 101 }] }],
  ['a negative discount', { lines: [{ ...line, discountPercent: -1 }] }],
  ['a negative price', { lines: [{ ...line, unitPrice: -1 }] }],
  ['a price beyond the bound', { lines: [{ ...line, unitPrice: 100_000_001 }] }],
  ['null for a field', { reference: null }],
]
for (const [name, fields] of wrongImports) {
  test(`an import with ${name} is refused`, async () => {
    const answer = await shop.post('/orders', { as: 'admin', body: { lines: [line], ...fields } })
    assert.equal(answer.status, 400, answer.text)
    assert.equal(answer.body.code, 'invalid_input')
  })
}
