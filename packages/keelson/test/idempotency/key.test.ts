import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { checkIdempotencyKey, readIdempotencyKey, requireUnguessable } from '../../src/idempotency/key.js'

const REFUSED = { code: 'invalid_idempotency_key', status: 400 }

test('a key is a string of structured fields, or a bare word; both mean the same', () => {
  const uuid = randomUUID()
  assert.equal(readIdempotencyKey(uuid), uuid)
  assert.equal(readIdempotencyKey(`"${uuid}"`), uuid)
  assert.equal(readIdempotencyKey('"a b, c; \\"d\\" \\\\"'), 'a b, c; "d" \\')
  assert.equal(readIdempotencyKey('~'.repeat(255)).length, 255)
  const refused = ['', ' ', 'a b', 'ü', 'a\u0000', 'a,b', 'a;b', 'a"b', 'a\\b', '""', '"', '"a', 'a"', '"a"b']
  refused.push(
    '"a";p=1',
    '"a", "b"',
    '"a\\b"',
    '"a\\"',
    '"ü"',
    '"a\tb"',
    'a'.repeat(256),
    `"${'a'.repeat(256)}"`,
  )
  for (const header of refused) assert.throws(() => readIdempotencyKey(header), REFUSED, header)
})

test('each key has a quoted form, which is read as that key', () => {
  const printable = fc.string({
    unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
    minLength: 1,
    maxLength: 255,
  })
  fc.assert(
    fc.property(printable, (key) => {
      assert.equal(readIdempotencyKey(`"${key.replaceAll(/["\\]/g, (escaped) => `\\${escaped}`)}"`), key)
      assert.equal(checkIdempotencyKey(key), key)
    }),
  )
})

test('128 random bits pass in every usual form', () => {
  for (let times = 0; times < 200; times++) {
    const bytes = randomBytes(16)
    for (const key of [bytes.toString('hex'), bytes.toString('base64url'), `${randomUUID()}.${randomUUID()}`])
      requireUnguessable(key)
  }
  requireUnguessable('A3C8E1F05B7D4A9263F1E8C7B5D0A492')
})

test('what can hold fewer does not, a UUID included', () => {
  const weak = ['a', 'order-1', 'northwind-item-42', '2026-11-25T08:40:00.000Z', randomUUID()]
  weak.push(`order-${randomUUID()}`, '019ab1c2-1b7e-7cc3-98f5-0123456789ab', randomBytes(15).toString('hex'))
  weak.push(randomBytes(16).toString('hex').slice(1), '1'.repeat(60), '-'.repeat(200), 'ab'.repeat(100))
  for (const key of weak)
    assert.throws(() => requireUnguessable(key), { ...REFUSED, message: /128 random bits/ }, key)
})
