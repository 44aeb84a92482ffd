import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import guide from '@keelson/example-guide/dist/src/contract/app.js'
import { redoclyFindings, spectralFindings } from '../src/linters.js'
import { startService, startShop, type Service } from '../src/service.js'

let shop: Service
let products: Service
before(async () => {
  products = await startService(guide, process.env.KEELSON_TEST_DATABASE_URL!)
  shop = await startShop(process.env.KEELSON_TEST_DATABASE_URL!)
})
after(async () => {
  await products.close()
  await shop.close()
})

test("Redocly's recommended rules find nothing in the shop's document", async () => {
  assert.deepEqual(await redoclyFindings(shop.server.openapi), [])
})

test("Spectral's recommended rules find nothing in the shop's document", async () => {
  assert.deepEqual(await spectralFindings(shop.server.openapi), [])
})

test('nor in one with filters, orders, texts for numbers, and schemas of another library', async () => {
  const { openapi } = products.server
  assert.deepEqual([await redoclyFindings(openapi), await spectralFindings(openapi)], [[], []])
})

test('the linters do find what is wrong', async () => {
  const broken = structuredClone(shop.server.openapi) as { paths: Record<string, unknown> }
  broken.paths['/x/{y}'] = { get: { responses: { 200: { description: 'OK' } } } }
  assert.notDeepEqual(await redoclyFindings(broken), [])
  assert.notDeepEqual(await spectralFindings(broken), [])
})
