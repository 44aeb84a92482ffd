import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  checkCounter,
  type CounterHistory,
  type CounterRead,
  type Increment,
} from '../../src/checker/counter.js'

const increment = (
  by: number,
  [invokedMs, completedMs]: readonly [number, number],
  outcome: Increment['outcome'] = 'ok',
): Increment => ({ outcome, by, invokedMs, completedMs })

const read = (value: number, [invokedMs, completedMs]: readonly [number, number]): CounterRead => ({
  value,
  invokedMs,
  completedMs,
})

const anomaliesOf = (history: Partial<CounterHistory>): readonly string[] =>
  checkCounter({
    workload: 'counters',
    counter: 'hits',
    initial: 0,
    increments: [],
    reads: [],
    final: 0,
    ...history,
  }).map(({ anomaly }) => anomaly)

const THREE = [increment(1, [0, 10]), increment(2, [0, 10], 'unknown'), increment(4, [0, 10], 'refused')]

test('the end lies between what was acknowledged and that with what is unknown', () => {
  for (const final of [1, 3]) assert.deepEqual(anomaliesOf({ increments: THREE, final }), [])
  assert.deepEqual(anomaliesOf({ increments: THREE, initial: 5, final: 6 }), [])
})

test('less at the end than was acknowledged is lost', () => {
  assert.deepEqual(anomaliesOf({ increments: THREE, final: 0 }), ['lost-effect'])
})

test('more at the end than was asked for is doubled', () => {
  assert.deepEqual(anomaliesOf({ increments: THREE, final: 4 }), ['doubled-effect'])
})

const ONE = { increments: [increment(1, [10, 20])], final: 1 }

test('a read that overlaps an increment shows it or not', () => {
  for (const value of [0, 1]) {
    assert.deepEqual(anomaliesOf({ ...ONE, reads: [read(value, [15, 30])] }), [])
    assert.deepEqual(anomaliesOf({ ...ONE, reads: [read(value, [20, 30])] }), [])
  }
})

test('a read that misses what had been acknowledged is not in real time', () => {
  assert.deepEqual(anomaliesOf({ ...ONE, reads: [read(0, [21, 30])] }), ['not-real-time'])
})

test('a read of what was only sent afterwards is a ghost', () => {
  assert.deepEqual(anomaliesOf({ ...ONE, reads: [read(1, [0, 9])] }), ['ghost-effect'])
})

test('a read of a refused increment is a ghost', () => {
  const increments = [increment(1, [0, 10], 'refused')]
  assert.deepEqual(anomaliesOf({ increments, final: 0, reads: [read(1, [5, 20])] }), ['ghost-effect'])
})

const UNKNOWN = { increments: [increment(1, [0, 1], 'unknown')], final: 1 }

test('an unknown increment may show late, but not go again', () => {
  assert.deepEqual(anomaliesOf({ ...UNKNOWN, reads: [read(0, [10, 20]), read(1, [30, 40])] }), [])
  assert.deepEqual(anomaliesOf({ ...UNKNOWN, reads: [read(1, [10, 20]), read(0, [30, 40])] }), [
    'not-real-time',
  ])
})

test('two reads under way at once may come in either order', () => {
  assert.deepEqual(anomaliesOf({ ...UNKNOWN, reads: [read(1, [10, 20]), read(0, [20, 40])] }), [])
})

test('a counter that could shrink is not judged', () => {
  assert.throws(() => anomaliesOf({ increments: [increment(-1, [0, 1])] }))
})

test('a later read is held against the highest before it, not the last', () => {
  const increments = [increment(1, [0, 1], 'unknown'), increment(1, [0, 1], 'unknown')]
  const reads = [read(2, [10, 20]), read(0, [15, 25]), read(1, [30, 40])]
  assert.deepEqual(anomaliesOf({ increments, final: 2, reads }), ['not-real-time'])
})
