import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Metrics } from '../../src/telemetry/metrics.js'

const page = async (fill: (metrics: Metrics) => void): Promise<string[]> => {
  const metrics = new Metrics(() => undefined)
  fill(metrics)
  return (await metrics.text()).split('\n').filter((line) => line.includes('test_seconds'))
}

test('buckets are cumulative, bounds inclusive, and the last one has all', async () => {
  const lines = await page((metrics) => {
    const histogram = metrics.histogram({
      name: 'test_seconds',
      help: 'Help.',
      labels: ['of'],
      buckets: [1, 2],
    })
    for (const value of [0.5, 1, 1.5, 7]) histogram.series({ of: 'a' }).observe(value)
    histogram.series({ of: 'b"\\\n' }).observe(2)
  })
  assert.deepEqual(lines, [
    '# HELP test_seconds Help.',
    '# TYPE test_seconds histogram',
    'test_seconds_bucket{le="1",of="a"} 2',
    'test_seconds_bucket{le="2",of="a"} 3',
    'test_seconds_bucket{le="+Inf",of="a"} 4',
    'test_seconds_sum{of="a"} 10',
    'test_seconds_count{of="a"} 4',
    String.raw`test_seconds_bucket{le="1",of="b\"\\\n"} 0`,
    String.raw`test_seconds_bucket{le="2",of="b\"\\\n"} 1`,
    String.raw`test_seconds_bucket{le="+Inf",of="b\"\\\n"} 1`,
    String.raw`test_seconds_sum{of="b\"\\\n"} 2`,
    String.raw`test_seconds_count{of="b\"\\\n"} 1`,
  ])
})

test('one without labels is there before anything was observed', async () => {
  const lines = await page((metrics) =>
    metrics.histogram({ name: 'test_seconds', help: 'Help.', buckets: [1] }),
  )
  assert.deepEqual(lines.slice(2), [
    'test_seconds_bucket{le="1"} 0',
    'test_seconds_bucket{le="+Inf"} 0',
    'test_seconds_sum 0',
    'test_seconds_count 0',
  ])
})
