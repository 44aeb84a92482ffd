import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkChain, type Change } from '../../src/workloads/chain.js'

const change = (version: number, value: number, by: number): Change => ({
  version,
  value,
  by,
  token: `t${version}`,
})

const anomaliesOf = (changes: readonly Change[], final: { version: number; value: number }): string[] =>
  checkChain('w', { row: 'r', initial: 10, changes, final }).map(({ anomaly }) => anomaly)

test('a row that can be retraced gives nothing to find', () => {
  assert.deepEqual(anomaliesOf([change(2, 17, 5), change(1, 12, 2)], { version: 2, value: 17 }), [])
  assert.deepEqual(anomaliesOf([], { version: 0, value: 10 }), [])
})

test('two changes that make one version have overwritten each other', () => {
  assert.deepEqual(anomaliesOf([change(1, 12, 2), change(1, 15, 5)], { version: 1, value: 15 }), ['G-single'])
})

test('a change that does not follow from the one before has not seen it', () => {
  assert.deepEqual(anomaliesOf([change(1, 12, 2), change(2, 15, 5)], { version: 2, value: 15 }), ['G-single'])
})

test('a version without its change, and an end that is not the last change, are losses', () => {
  assert.deepEqual(anomaliesOf([change(2, 12, 2)], { version: 2, value: 12 }), ['lost-effect'])
  assert.deepEqual(anomaliesOf([change(1, 12, 2)], { version: 2, value: 17 }), ['lost-effect'])
})
