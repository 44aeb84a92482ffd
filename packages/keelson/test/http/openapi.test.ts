import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { SCRIPT, startApp, type TestApp } from '../support/app.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'

let database: TestDatabase
let app: TestApp

before(async () => {
  database = await createTestDatabase(SCRIPT)
  app = await startApp(database.url)
})
after(async () => {
  await app.server.close()
  await database.drop()
})

type Node = Record<string, unknown>
const at = (node: unknown, ...path: string[]): unknown =>
  path.reduce((holder, name) => (holder as Node | undefined)?.[name], node)

test('the document describes every operation with its input, answers and callers', async () => {
  const document = JSON.parse((await app.server.inject('/openapi.json')).body) as Node
  assert.equal(document['openapi'], '3.1.0')
  const buy = at(document, 'paths', '/v1/purchases', 'post')
  assert.equal(at(buy, 'operationId'), 'items.buy')
  assert.deepEqual(at(buy, 'security'), [{ key: [] }])
  assert.deepEqual(at(buy, 'requestBody', 'content', 'application/json', 'schema', 'required'), [
    'sku',
    'quantity',
  ])
  assert.equal(at(buy, 'requestBody', 'content', 'application/json', 'schema', 'additionalProperties'), false)
  assert.equal(
    at(buy, 'responses', '201', 'content', 'application/json', 'schema', 'properties', 'boughtAt', 'format'),
    'date-time',
  )
  assert.ok(at(buy, 'responses', '201', 'headers', 'Location'))
  assert.ok(JSON.stringify(at(buy, 'responses', '409')).includes('"const":"out_of_stock"'))
  const put = at(document, 'paths', '/v1/items/{sku}', 'put')
  assert.deepEqual(at(put, 'security'), [{ key: [] }])
  assert.deepEqual(at(put, 'x-scopes'), ['items:write'])
  assert.deepEqual(
    (at(put, 'parameters') as Node[]).map(({ name, in: place }) => `${String(place)} ${String(name)}`),
    ['path sku', 'header Idempotency-Key'],
  )
  assert.deepEqual(
    Object.keys(at(put, 'requestBody', 'content', 'application/json', 'schema', 'properties') as Node),
    ['price', 'stock', 'code'],
  )
  const mine = at(document, 'paths', '/v1/purchases', 'get')
  assert.deepEqual(
    new Set((at(mine, 'parameters') as Node[]).map(({ name }) => name)),
    new Set(['limit', 'cursor', 'since', 'exact']),
  )
  assert.equal(at(mine, 'requestBody'), undefined)
  assert.deepEqual(at(document, 'paths', '/v1/items/{sku}', 'get', 'security'), [{}, { key: [] }])
})

test('every reference leads somewhere, and operation ids are unique', async () => {
  const text = (await app.server.inject('/openapi.json')).body
  const document = JSON.parse(text) as Node
  for (const [, target] of text.matchAll(/"\$ref":"#\/([^"]+)"/g))
    assert.ok(at(document, ...target!.split('/')), target)
  const ids = [...text.matchAll(/"operationId":"([^"]+)"/g)].map((match) => match[1])
  assert.equal(new Set(ids).size, ids.length)
})

test('the docs page needs nothing from elsewhere', async () => {
  const page = await app.server.inject('/docs')
  assert.equal(page.statusCode, 200)
  assert.match(String(page.headers['content-type']), /^text\/html/)
  assert.match(String(page.headers['content-security-policy']), /default-src 'none'/)
  assert.ok(!/https?:\/\//.test(page.body))
})
