import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lineTotal, soldItems } from '../../src/modules/orders/pricing.js'

test('a line costs quantity × price less the discount', () => {
  assert.equal(lineTotal(12, 1400, 0), 16_800)
  assert.equal(lineTotal(10, 1000, 25), 7_500)
  assert.equal(lineTotal(3, 999, 100), 0)
})

test('half a cent is rounded up, less than half down', () => {
  assert.equal(lineTotal(1, 10, 5), 10, '9.5')
  assert.equal(lineTotal(1, 30, 5), 29, '28.5')
  assert.equal(lineTotal(1, 149, 1), 148, '147.51')
  assert.equal(lineTotal(1, 151, 1), 149, '149.49')
  assert.equal(lineTotal(1, 50, 99), 1, '0.5')
  assert.equal(lineTotal(1, 49, 99), 0, '0.49')
})

test('the largest line that the input allows is exact', () => {
  for (let discount = 0; discount <= 100; discount += 1) {
    const exact = (100_000n * 99_999_999n * BigInt(100 - discount) + 50n) / 100n
    assert.equal(BigInt(lineTotal(100_000, 99_999_999, discount)), exact)
  }
})

test('lines of one item are taken together', () => {
  const lines = [
    { sku: 'a', quantity: 2, total: 20 },
    { sku: 'b', quantity: 1, total: 5 },
    { sku: 'a', quantity: 3, total: 27 },
  ]
  assert.deepEqual(soldItems(lines), [
    { sku: 'a', quantity: 5, revenue: 47 },
    { sku: 'b', quantity: 1, revenue: 5 },
  ])
})
