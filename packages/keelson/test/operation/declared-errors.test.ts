import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as z from 'zod'
import type { KeelsonError } from '../../src/errors.js'
import { conflict, errorCode, failOf, unprocessable } from '../../src/operation/declared-errors.js'
import { timestampCodec } from '../../src/schema/json-codecs.js'

const fail = failOf({
  outOfStock: conflict('Not enough stock.', z.object({ sku: z.string(), until: timestampCodec() })),
  unknownItem: unprocessable('No such item.'),
}) as Record<string, (details?: unknown) => never>

test('names become codes in snake_case', () => {
  assert.equal(errorCode('outOfStock'), 'out_of_stock')
  assert.equal(errorCode('unknownSKU'), 'unknown_sku')
  assert.equal(errorCode('HTTPError2Big'), 'http_error2_big')
})

test('fail raises the declared error, with its details as they go over the wire', () => {
  const until = new Date('2026-02-03T04:05:06.789Z')
  assert.throws(
    () => fail['outOfStock']!({ sku: 'a', until, secret: 1 }),
    (error: KeelsonError) => {
      assert.deepEqual([error.code, error.status, error.declared], ['out_of_stock', 409, true])
      assert.deepEqual(error.details, { sku: 'a', until: until.toISOString() })
      return true
    },
  )
  assert.throws(() => fail['unknownItem']!(), { code: 'unknown_item', status: 422, details: undefined })
})

test('details that were not declared so are a fault of ours, not of the caller', () => {
  assert.throws(
    () => fail['outOfStock']!({ sku: 1 }),
    (error: KeelsonError) => error.code === 'invalid_use' && /sku/.test(error.message),
  )
})
