import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exampleCurl } from '../../src/cli/example.js'
import { openApiDocument } from '../../src/http/openapi.js'

const document = openApiDocument({
  title: 't',
  version: '1',
  prefix: '',
  operations: [],
  modules: new Map(),
  keepSeconds: 86_400,
  about: {},
  scheme: undefined,
})
const shared = { document, url: 'http://localhost:3000', key: 'kls_x' }

test('the example of the app becomes a curl that a shell takes', () => {
  const app = {
    name: 'x',
    modules: [],
    development: { example: { path: '/v1/orders', body: { note: "it's" } } },
  }
  const lines = exampleCurl({ ...shared, app })!.split(' \\\n  ')
  assert.equal(lines[0], 'curl -i -X POST http://localhost:3000/v1/orders')
  assert.equal(lines[1], "-H 'Authorization: Bearer kls_x'")
  assert.match(lines[2]!, /^-H 'Idempotency-Key: [\da-f-]{36}'$/)
  assert.equal(lines[4], `-d '{"note":"it'\\''s"}'`)
})

test('without one, a read that needs no parameters is shown, or nothing', () => {
  const app = { name: 'x', modules: [] }
  assert.equal(exampleCurl({ ...shared, app }), undefined)
  const paths = {
    '/a/{id}': { get: { parameters: [{ required: true }] } },
    '/b': { get: { parameters: [{ required: false }] } },
  }
  assert.match(
    exampleCurl({ ...shared, document: { ...document, paths }, app })!,
    /^curl -i http:\/\/localhost:3000\/b/,
  )
})
