import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as z from 'zod'
import { event } from '../../src/events/event.js'
import { lockOf, recorded } from '../../src/events/outbox.js'
import { timestampCodec } from '../../src/schema/json-codecs.js'

const Placed = event('order.placed', {
  version: 2,
  key: (e) => e.orderId,
  payload: z.object({ orderId: z.string(), at: timestampCodec() }),
})
const at = new Date('2026-02-03T04:05:06.789Z')

test('an event becomes a row with its payload as JSON, undeclared fields dropped', () => {
  const { row, key } = recorded(Placed, { orderId: 'o1', at, secret: 1 }, at)
  assert.equal(key, 'o1')
  assert.deepEqual(row, [
    'order.placed',
    '2',
    'o1',
    `{"orderId":"o1","at":"${at.toISOString()}"}`,
    at.toISOString(),
    null,
  ])
  assert.equal(recorded(Placed, { orderId: 'o1', at }, at, '00-a-b-01').row.at(-1), '00-a-b-01')
})

test('a payload that is not as declared is refused', () => {
  assert.throws(() => recorded(Placed, { orderId: 1 }, at), { code: 'invalid_use' })
})

test('locks are signed 64-bit numbers that spread', () => {
  const locks = new Set(Array.from({ length: 50_000 }, (_, at) => lockOf(`order-${at}`)))
  assert.equal(locks.size, 50_000)
  for (const lock of locks) assert.equal(BigInt.asIntN(64, BigInt(lock)), BigInt(lock))
  assert.equal(lockOf('a'), lockOf('a'))
})
