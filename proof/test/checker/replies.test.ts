import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkReplies } from '../../src/checker/replies.js'
import type { Operation } from '../../src/history/operation.js'
import { ok, operation, refused, unknown } from './operations.js'

const messages = (...history: readonly Operation[]): readonly string[] =>
  checkReplies(history).map(({ anomaly, message }) => `${anomaly}: ${message}`)

test('the same bytes each time are right, whoever asks and wherever', () => {
  const all = messages(
    operation(unknown()),
    operation(ok('{"id":1}')),
    operation(ok('{"id":1}'), { client: 2, process: 'app-2' }),
  )
  assert.deepEqual(all, [])
})

test('two bodies under one key are two answers', () => {
  const all = messages(operation(ok('{"id":1}')), operation(ok('{"id":2}')))
  assert.deepEqual(all, ['different-answer: One key got different answers (transfer, key k1).'])
})

test('two statuses under one key are two answers', () => {
  assert.equal(messages(operation(ok('{}', 200)), operation(ok('{}', 201))).length, 1)
})

test('success and a declared refusal under one key are two answers', () => {
  assert.equal(messages(operation(ok('{}')), operation(refused(409, 'out_of_stock'))).length, 1)
  assert.equal(messages(operation(refused(409, 'out_of_stock')), operation(ok('{}'))).length, 1)
})

test('a declared refusal is kept, its request id included', () => {
  const first = operation(refused(409, 'out_of_stock', 'r1'))
  assert.deepEqual(messages(first, operation(refused(409, 'out_of_stock', 'r1'))), [])
  assert.equal(messages(first, operation(refused(409, 'out_of_stock', 'r2'))).length, 1)
})

test('what is found unfit is refused anew each time, but never accepted', () => {
  const first = operation(refused(400, 'invalid_input', 'r1'))
  assert.deepEqual(messages(first, operation(refused(400, 'invalid_input', 'r2'))), [])
  assert.equal(messages(first, operation(ok('{}'))).length, 1)
})

test('being turned away is no answer', () => {
  const all = messages(
    operation(refused(409, 'idempotency_in_progress')),
    operation(refused(429, 'too_many_requests')),
    operation(refused(401, 'unauthenticated')),
    operation(refused(408, 'request_timeout')),
    operation(refused(503, 'overloaded')),
    operation(ok('{}')),
  )
  assert.deepEqual(all, [])
})

test('another request under the same key may be told so', () => {
  const other = { input: { amount: 2 } }
  const all = messages(operation(ok('{}')), operation(refused(422, 'idempotency_key_reused'), other))
  assert.deepEqual(all, [])
})

test('the same request must not be told that its key belongs to another', () => {
  const all = messages(operation(ok('{}')), operation(refused(422, 'idempotency_key_reused')))
  assert.deepEqual(all, [
    'different-answer: A key was said to belong to another request, and does not (transfer, key k1).',
  ])
})

test('two requests that differ must not both be answered, even with the same bytes', () => {
  const all = messages(operation(ok('{}')), operation(ok('{}'), { input: { amount: 2 } }))
  assert.deepEqual(all, [
    'different-answer: One key answered for two requests that differ (transfer, key k1).',
  ])
})

test('keys of different operations and workloads, and no keys, have nothing in common', () => {
  const all = messages(
    operation(ok('1')),
    operation(ok('2'), { name: 'refund' }),
    operation(ok('3'), { workload: 'orders' }),
    operation(ok('4'), { key: undefined }),
    operation(ok('5'), { key: undefined }),
  )
  assert.deepEqual(all, [])
})

test('the evidence shows every attempt with its answer', () => {
  const [finding] = checkReplies([
    operation(ok('{"id":1}'), { id: 7, invokedMs: 1, completedMs: 2 }),
    operation(unknown('reset'), { id: 8, client: 2, invokedMs: 3, completedMs: 4.25 }),
    operation(ok('{"id":2}'), { id: 9, process: 'app-2', invokedMs: 5, completedMs: 6 }),
  ])
  assert.equal(finding!.workload, 'transfers')
  assert.deepEqual(finding!.evidence, [
    '#7 (client 1, app-1, 1 ms to 2 ms) transfer {"amount":1}: 200 {"id":1}',
    '#8 (client 2, app-1, 3 ms to 4.25 ms) transfer {"amount":1}: unknown, reset',
    '#9 (client 1, app-2, 5 ms to 6 ms) transfer {"amount":1}: 200 {"id":2}',
  ])
})
