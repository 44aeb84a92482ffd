import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Report, reportText } from '../../src/replay/report.js'

const report = (changes: Partial<Report> = {}): Report => ({
  itemsCreated: 0,
  orders: { sent: 830, placed: 800, replayed: 20, alreadyThere: 10, refused: [] },
  elapsedMs: 2_000,
  verdict: {
    expected: { quantity: 51_317, revenue: 126_579_329 },
    found: { quantity: 51_317, revenue: 126_579_329 },
    dailyRevenue: 126_579_329,
    wrongStock: [],
    itemsTotal: 77,
    agrees: true,
  },
  ok: true,
  ...changes,
})

test('a replay that agrees says so with its figures', () => {
  const text = reportText(report())
  assert.match(text, /830 sent in 2\.0 s \(415 a second\)/)
  assert.match(text, /800 placed, 20 replayed, 10 already there, 0 refused/)
  assert.match(text, /revenue +126,579,329 as in the file/)
  assert.match(text, /by day +126,579,329 as of the items/)
  assert.match(text, /The shop agrees with the files\.$/)
})

test('what disagrees is named', () => {
  const { verdict, orders } = report()
  const text = reportText(
    report({
      ok: false,
      orders: {
        ...orders,
        refused: Array.from({ length: 12 }, (_, index) => `order ${index}: 409 out_of_stock`),
      },
      verdict: {
        ...verdict,
        found: { quantity: 51_316, revenue: 126_579_329 },
        dailyRevenue: 126_579_330,
        wrongStock: [{ sku: '7', expected: 15, found: 16 }],
        agrees: false,
      },
    }),
  )
  assert.match(text, /quantity sold +51,316 WRONG, the file says 51,317/)
  assert.match(text, /by day +126,579,330 WRONG, the items say 126,579,329/)
  assert.match(text, /item 7: 16, the file says 15/)
  assert.match(text, /order 9: 409 out_of_stock\n +and 2 more/)
  assert.match(text, /does NOT agree/)
})
