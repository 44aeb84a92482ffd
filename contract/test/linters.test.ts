import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { redoclyFindings, spectralFindings } from '../src/linters.js'
import { startShop, type RunningShop } from '../src/shop.js'

let shop: RunningShop
before(async () => {
  shop = await startShop(process.env.KEELSON_TEST_DATABASE_URL!)
})
after(() => shop.close())

test("Redocly's recommended rules find nothing in the shop's document", async () => {
  assert.deepEqual(await redoclyFindings(shop.server.openapi), [])
})

test("Spectral's recommended rules find nothing in the shop's document", async () => {
  assert.deepEqual(await spectralFindings(shop.server.openapi), [])
})

test('the linters do find what is wrong', async () => {
  const broken = structuredClone(shop.server.openapi) as { paths: Record<string, unknown> }
  broken.paths['/x/{y}'] = { get: { responses: { 200: { description: 'OK' } } } }
  assert.notDeepEqual(await redoclyFindings(broken), [])
  assert.notDeepEqual(await spectralFindings(broken), [])
})
