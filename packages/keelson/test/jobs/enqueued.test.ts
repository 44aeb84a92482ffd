import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as z from 'zod'
import { enqueued, INPUT_BYTES_MAX } from '../../src/jobs/enqueued.js'
import { job } from '../../src/operation/job.js'
import { timestampCodec } from '../../src/schema/json-codecs.js'

const remind = job('reminders.send', {
  input: z.object({ orderId: z.string(), at: timestampCodec() }),
  run: () => undefined,
})
const at = new Date('2026-02-03T04:05:06.789Z')
const ID = '019a8a1e-5b7e-7cc3-98f5-0123456789ab'

test('a job becomes a row with its input as JSON, undeclared fields dropped', () => {
  const input = { orderId: 'o1', at, secret: 1 }
  assert.deepEqual(enqueued(remind, input, {}, ID), [
    'reminders.send',
    ID,
    'reminders.send',
    `{"orderId":"o1","at":"${at.toISOString()}"}`,
    'now',
    '0',
    null,
  ])
})

test('its time is relative to the commit, or a moment', () => {
  const due = (options: object): unknown[] => enqueued(remind, { orderId: 'o1', at }, options, ID).slice(4, 6)
  assert.deepEqual(due({ delayMs: 1500 }), ['now', '1500 milliseconds'])
  assert.deepEqual(due({ runAt: at }), [at.toISOString(), '0'])
})

test('what makes no sense is refused when it is handed over', () => {
  const refused = (input: unknown, options: object, message: RegExp): void => {
    assert.throws(() => enqueued(remind, input, options, ID), { code: 'invalid_use', message })
  }
  refused({ orderId: 1, at }, {}, /orderId/)
  refused({ orderId: 'o1', at }, { delayMs: -1 }, /delayMs/)
  refused({ orderId: 'o1', at }, { delayMs: Number.NaN }, /delayMs/)
  refused({ orderId: 'o1', at }, { delayMs: Number.POSITIVE_INFINITY }, /delayMs/)
  refused({ orderId: 'o1', at }, { runAt: new Date(Number.NaN) }, /runAt/)
  refused({ orderId: 'o1', at }, { runAt: new Date(8.64e15) }, /runAt/)
  refused({ orderId: 'o1', at }, { runAt: at, delayMs: 1 }, /not both/)
  refused({ orderId: 'o'.repeat(INPUT_BYTES_MAX), at }, {}, /at most 1048576/)
})
