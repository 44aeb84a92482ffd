import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readNorthwind } from '../../src/replay/northwind.js'
import { replay } from '../../src/replay/replay.js'
import { shopClient } from '../../src/replay/shop-client.js'
import { openShop } from '../support/shop.js'
import { startShopProcess } from '../support/shop-process.js'

test('all 830 orders come in once though the server is killed three times on the way', async (t) => {
  const shop = await openShop()
  t.after(() => shop.close())
  const process = await startShopProcess(shop.database.url)
  t.after(() => process.end())
  const client = shopClient({ url: process.url, key: shop.keys.admin, patienceMs: 60_000 })

  const crashes: Promise<void>[] = []
  const progress = (done: number): void => {
    if (done === 200 || done === 400 || done === 600) crashes.push(process.crash())
  }
  const report = await replay(client, await readNorthwind(), { concurrency: 32, progress })
  await Promise.all(crashes)

  assert.equal(crashes.length, 3)
  assert.deepEqual(report.orders.refused, [])
  const { placed, replayed, alreadyThere } = report.orders
  assert.equal(placed + replayed, 830)
  assert.equal(alreadyThere, 0)
  assert.deepEqual(report.verdict.found, { quantity: 51_317, revenue: 126_579_329 })
  assert.equal(report.verdict.dailyRevenue, 126_579_329)
  assert.deepEqual(report.verdict.wrongStock, [])
  t.diagnostic(`${replayed} orders had been placed though their answer was lost`)
})
