import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openingItems, readNorthwind, totalsOf } from '../../src/replay/northwind.js'

test('the files hold what their publisher says', async () => {
  const { products, orders } = await readNorthwind()
  assert.equal(products.length, 77)
  assert.equal(orders.length, 830)
  assert.equal(orders.flatMap((order) => order.lines).length, 2_155)
  assert.deepEqual(totalsOf(orders), { quantity: 51_317, revenue: 126_579_329 })
})

test('an order carries its customer, its date and its lines', async () => {
  const { orders } = await readNorthwind()
  assert.deepEqual(orders[0], {
    reference: '10248',
    customer: 'Vins et alcools Chevalier',
    placedAt: '1996-07-04T00:00:00Z',
    lines: [
      { sku: '11', quantity: 12, unitPrice: 1400, discountPercent: 0 },
      { sku: '42', quantity: 10, unitPrice: 980, discountPercent: 0 },
      { sku: '72', quantity: 5, unitPrice: 3480, discountPercent: 0 },
    ],
  })
})

test('the opening stock is what is sold and what is left', async () => {
  const dataset = await readNorthwind()
  const opening = openingItems(dataset)
  assert.deepEqual(
    opening.find((item) => item.sku === '1'),
    {
      sku: '1',
      name: 'Chai',
      category: 'Beverages',
      price: 1800,
      stock: 828 + 39,
    },
  )
  const left = dataset.products.reduce((sum, product) => sum + product.unitsInStock, 0)
  assert.equal(
    opening.reduce((sum, item) => sum + item.stock, 0),
    51_317 + left,
  )
})
