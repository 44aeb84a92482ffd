import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { claimOf, type StoredAnswer } from '../../src/idempotency/claim.js'
import { canonicalJson, fingerprintOf, keyHash } from '../../src/idempotency/fingerprint.js'

const claim = (rawInput: unknown, idempotencyKey = 'k', callerId: string | null = 'c') =>
  claimOf<StoredAnswer & { note?: string }>({
    callerId,
    operation: 'orders.place',
    idempotencyKey,
    rawInput,
    replay: (stored) => ({ ...stored, note: 'replayed' }),
    refuse: (error) => ({ status: error.status, headers: undefined, body: null, note: error.code }),
  })

test('an answer is given again as it was, byte for byte', () => {
  const first = claim({ a: 1, b: [{ c: 'x', d: null }] })
  const row = first.record({ status: 201, headers: { location: '/orders/1' }, body: '{"b": 1 }' })!
  const second = claim({ b: [{ d: null, c: 'x' }], a: 1 })
  assert.equal(second.key, first.key)
  assert.equal(second.lock, first.lock)
  assert.deepEqual(second.recall(row), {
    status: 201,
    headers: { location: '/orders/1' },
    body: '{"b": 1 }',
    note: 'replayed',
  })
})

test('another request under the same key is refused', () => {
  const row = claim({ a: 1 }).record({ status: 204, headers: undefined, body: null })!
  assert.equal(claim({ a: 2 }).recall(row).note, 'idempotency_key_reused')
  assert.equal(claim({ a: 1 }).busy().note, 'idempotency_in_progress')
})

test('keys are bound to caller and operation', () => {
  const keys = [claim(1), claim(1, 'k', 'other'), claim(1, 'k', null), claim(1, 'l')].map(({ key }) => key)
  assert.equal(new Set(keys).size, keys.length)
  assert.notEqual(keyHash('a', 'b', 'c').key, keyHash('a', 'x', 'c').key)
  assert.match(keyHash('a', 'b', 'c').key, /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/)
  assert.match(keyHash('a', 'b', 'c').lock, /^-?\d{1,19}$/)
})

const remembered = (status: number): boolean =>
  claim(1).record({ status, headers: undefined, body: '' }) !== undefined

test('only verdicts on the request are remembered', () => {
  assert.deepEqual(
    [200, 201, 204, 400, 404, 409, 410, 422].filter(remembered),
    [200, 201, 204, 400, 404, 409, 410, 422],
  )
  assert.deepEqual([401, 403, 429, 500, 503, 504].filter(remembered), [])
})

test('canonical JSON is JSON, and does not depend on the order of fields', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const shuffled = JSON.parse(JSON.stringify(value), (_key, part: unknown) =>
        typeof part === 'object' && part !== null && !Array.isArray(part)
          ? Object.fromEntries(Object.entries(part).toReversed())
          : part,
      ) as unknown
      assert.equal(canonicalJson(value), canonicalJson(shuffled))
      assert.deepEqual(JSON.parse(canonicalJson(value)), JSON.parse(JSON.stringify(value)))
      assert.equal(fingerprintOf(value), fingerprintOf(shuffled))
    }),
  )
})
