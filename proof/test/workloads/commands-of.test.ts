import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Operation, Outcome } from '../../src/history/operation.js'
import { commandsOf, countEffects, differentAnswers } from '../../src/workloads/commands-of.js'

let ids = 0

const operation = (token: string, outcome: Outcome, key: string | undefined = token): Operation => ({
  id: ids++,
  client: 0,
  workload: 'w',
  name: 'things.do',
  input: { token },
  key,
  process: 'p0',
  invokedMs: 0,
  completedMs: 1,
  outcome,
})
const ok = (body = '{}'): Outcome => ({ kind: 'ok', status: 200, body })
const refused = (code: string): Outcome => ({
  kind: 'refused',
  status: 409,
  code,
  body: JSON.stringify({ code }),
})
const unknown: Outcome = { kind: 'unknown', reason: 'closed' }

const anomaliesOf = (history: readonly Operation[], effects: Readonly<Record<string, number>>): string[] =>
  countEffects('w', commandsOf(history), new Map(Object.entries(effects))).map(({ anomaly }) => anomaly)

test('acknowledged means one effect', () => {
  const history = [operation('a', unknown), operation('a', ok())]
  assert.deepEqual(anomaliesOf(history, { a: 1 }), [])
  assert.deepEqual(anomaliesOf(history, {}), ['lost-effect'])
  assert.deepEqual(anomaliesOf(history, { a: 2 }), ['doubled-effect'])
})

test('refused means none, unknown none or one', () => {
  assert.deepEqual(anomaliesOf([operation('a', refused('taken'))], {}), [])
  assert.deepEqual(anomaliesOf([operation('a', refused('taken'))], { a: 1 }), ['ghost-effect'])
  assert.deepEqual(anomaliesOf([operation('a', unknown)], {}), [])
  assert.deepEqual(anomaliesOf([operation('a', unknown)], { a: 1 }), [])
  assert.deepEqual(anomaliesOf([operation('a', unknown)], { a: 2 }), ['doubled-effect'])
})

test('a key in use settles nothing, a key of another body settles that nothing happened', () => {
  assert.deepEqual(anomaliesOf([operation('a', refused('idempotency_in_progress'))], { a: 1 }), [])
  const other = operation('b', refused('idempotency_key_reused'), 'a')
  assert.deepEqual(anomaliesOf([operation('a', ok()), other], { a: 1, b: 1 }), ['ghost-effect'])
})

test('an effect that nobody asked for is a ghost', () => {
  assert.deepEqual(anomaliesOf([], { a: 1 }), ['ghost-effect'])
})

test('definite answers under one key are one, byte for byte', () => {
  const findings = (...outcomes: Outcome[]): number =>
    differentAnswers('w', commandsOf(outcomes.map((outcome) => operation('a', outcome))).values()).length
  assert.equal(findings(ok('{"n":1}'), unknown, ok('{"n":1}')), 0)
  assert.equal(findings(ok('{"n":1}'), ok('{"n": 1}')), 1)
  assert.equal(findings(ok(), refused('taken')), 1)
})
