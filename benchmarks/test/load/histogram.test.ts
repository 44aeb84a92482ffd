import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Histogram } from '../../src/load/histogram.js'

const close = (actual: number | null, wanted: number): void => {
  assert.ok(
    actual !== null && Math.abs(actual - wanted) / wanted <= 0.01,
    `${actual} is not within 1 % of ${wanted}`,
  )
}

test('a single latency of any size comes back within one percent', () => {
  for (let latencyMs = 0.02; latencyMs < 100_000; latencyMs *= 1.013) {
    const histogram = new Histogram()
    histogram.recordMs(latencyMs)
    close(histogram.quantileMs(0.5), latencyMs)
  }
})

test('quantiles agree with those of the sorted latencies', () => {
  const histogram = new Histogram()
  const latencies = Array.from({ length: 20_000 }, (_, index) => 0.05 * 1.0005 ** ((index * 7919) % 20_000))
  for (const latency of latencies) histogram.recordMs(latency)
  const sorted = latencies.toSorted((left, right) => left - right)
  for (const fraction of [0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 1]) {
    close(histogram.quantileMs(fraction), sorted[Math.ceil(fraction * sorted.length) - 1]!)
  }
  assert.equal(histogram.count, latencies.length)
})

test('without latencies there is no quantile', () => {
  assert.equal(new Histogram().quantileMs(0.5), null)
})

test('latencies beyond the range count as the shortest and the longest', () => {
  const histogram = new Histogram()
  histogram.recordMs(-1)
  histogram.recordMs(10 * 60_000)
  close(histogram.quantileMs(1), 107_374)
  assert.equal(histogram.quantileMs(0.5), 0)
})
