import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import guide from '@keelson/example-guide/dist/src/contract/app.js'
import { spelled } from '../src/fuzz/campaign.js'
import { Truth } from '../src/fuzz/truth.js'
import { verdictOn } from '../src/fuzz/verdict.js'
import { fuzz, fuzzShop, leftBehind } from '../src/fuzzed.js'
import { startService, startShop, type Service } from '../src/service.js'

const SEED = Number(process.env.FUZZ_SEED ?? 20_260_131)

let shop: Service
before(async () => {
  shop = await startShop(process.env.KEELSON_TEST_DATABASE_URL!)
})
after(() => shop.close())

test('requests that are wrong in every way are answered by 4xx, and leave nothing behind', async (t) => {
  t.diagnostic(`seed ${SEED}`)
  const report = await fuzzShop(shop, { seed: SEED, requests: 600 })
  assert.deepEqual(
    report.findings.map((finding) => spelled(finding, SEED)),
    [],
  )
  assert.equal(report.sent, 600)
  // Some get through, or nothing behind the validation was met.
  assert.ok(
    (report.statuses['200'] ?? 0) + (report.statuses['201'] ?? 0) > 50,
    JSON.stringify(report.statuses),
  )
  for (const status of ['201', '400', '401', '404', '415'])
    assert.ok((report.statuses[status] ?? 0) > 0, `${status} came: ${JSON.stringify(report.statuses)}`)
  assert.deepEqual(await leftBehind(shop), [])
})

test('so are those to lists with filters and orders, and to schemas of another library', async () => {
  const products = await startService(guide, process.env.KEELSON_TEST_DATABASE_URL!)
  try {
    const report = await fuzz(products, { seed: SEED, requests: 600 })
    assert.deepEqual(
      report.findings.map((finding) => spelled(finding, SEED)),
      [],
    )
    assert.deepEqual(await leftBehind(products), [])
  } finally {
    await products.close()
  }
})

test('the same seed makes the same requests', async () => {
  const run = async (): Promise<unknown> =>
    (await fuzzShop(shop, { seed: 7, requests: 1, from: 42 })).statuses
  assert.deepEqual(await run(), await run())
})

test('failures, leaks and broken problems are seen', () => {
  const request = { method: 'GET', path: '/', headers: [], body: undefined, aim: undefined }
  const headers = { 'content-type': 'application/problem+json' }
  const problem = { type: 'about:blank', title: 'x', status: 400, code: 'x', requestId: 'r' }
  const verdict = (status: number, body: unknown, given: object = headers): string | undefined =>
    verdictOn(request, { status, headers: given as Record<string, unknown>, body: JSON.stringify(body) })
  assert.equal(verdict(400, problem), undefined)
  assert.match(verdict(503, problem)!, /503/)
  assert.match(verdict(400, { ...problem, detail: 'at run (/srv/app.js:1:2)' })!, /inside/)
  assert.match(verdict(400, { ...problem, code: undefined })!, /lacks code/)
  assert.match(verdict(400, problem, { 'content-type': 'text/plain' })!, /no problem/)
  assert.match(verdict(404, problem)!, /says status 400/)
})

test('a document that does not tell the truth is found out', () => {
  const truth = new Truth(shop.server.openapi)
  const aim = { path: '/v1/items/{sku}', method: 'PUT' }
  const item = { sku: 'tea', name: 'Tea', category: 'drinks', price: 350, stock: 1 }
  const { sku: _sku, ...asked } = item
  const verdict = (body: object, answer: object, status = 200): string | undefined =>
    truth.verdictOn(
      { method: 'PUT', path: '', headers: [], body: Buffer.from(JSON.stringify(body)), aim },
      { status, headers: {}, body: JSON.stringify(answer) },
    )
  assert.equal(verdict(asked, item), undefined)
  assert.match(verdict({ ...asked, price: '350' }, item)!, /took a body that is not as documented/)
  assert.match(verdict({ ...asked, more: 1 }, item)!, /took a body/)
  assert.match(verdict(asked, { ...item, stock: null })!, /answered what is not documented/)
  assert.match(verdict(asked, item, 202)!, /status 202 is not documented/)
})
