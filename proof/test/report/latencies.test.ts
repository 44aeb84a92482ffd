/** Latencies and the timeline keep what matters in little room. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Latencies } from '../../src/report/latencies.js'
import { Timeline } from '../../src/report/timeline.js'

test('Percentiles are off by 2.2 % and a rounding at most', () => {
  const latencies = new Latencies()
  for (let ms = 1; ms <= 1000; ms++) latencies.add(ms)
  const { p50Ms, p99Ms, maxMs, count } = latencies.percentiles
  assert.ok(Math.abs(p50Ms! / 500 - 1) < 0.03, String(p50Ms))
  assert.ok(Math.abs(p99Ms! / 990 - 1) < 0.03, String(p99Ms))
  assert.deepEqual([maxMs, count], [1000, 1000])
})

test('Nothing counted is null; the least and the longest have their place', () => {
  assert.equal(new Latencies().percentiles.p99Ms, null)
  const latencies = new Latencies()
  latencies.add(0)
  latencies.add(1e9)
  assert.equal(latencies.percentiles.maxMs, 1e9)
  assert.ok(latencies.quantileMs(0.5)! < 0.06)
})

test('Two sets of latencies add up', () => {
  const [one, other] = [new Latencies(), new Latencies()]
  one.add(10)
  other.add(1000)
  one.addAll(other)
  assert.deepEqual([one.percentiles.count, one.percentiles.maxMs], [2, 1000])
  assert.ok(one.quantileMs(0.5)! < 11)
})

test('A timeline of hours has no more steps than one of minutes, and loses no request', () => {
  const timeline = new Timeline()
  const seconds = 3 * 3600
  for (let second = 0; second < seconds; second++) {
    timeline.add(second * 1000 + 500, 5, 'ok')
    if (second % 100 === 0) timeline.add(second * 1000 + 500, 500, 'unknown')
  }
  const { stepMs, steps } = timeline.data
  assert.ok(steps.length <= 720 && steps.length > 300, String(steps.length))
  assert.equal(stepMs, 16_000)
  assert.equal(
    steps.reduce((sum, step) => sum + step.ok, 0),
    seconds,
  )
  assert.equal(
    steps.reduce((sum, step) => sum + step.unknown, 0),
    seconds / 100,
  )
})

test('Seconds without a request are there, empty', () => {
  const timeline = new Timeline()
  timeline.add(3500, 2, 'refused')
  assert.deepEqual(
    timeline.data.steps.map(({ refused, p50Ms }) => [refused, p50Ms]),
    [
      [0, null],
      [0, null],
      [0, null],
      [1, 2],
    ],
  )
})
