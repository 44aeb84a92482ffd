import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pass } from '../../src/pass.js'
import { median, recordsOf } from '../../src/report/record.js'
import { verdictsOf } from '../../src/report/verdict.js'

const pass = (
  contender: string,
  alternation: number,
  requestsPerSecond: number,
  p50Ms: number,
  errors = 0,
): Pass => ({
  work: 'order-hot',
  contender,
  connections: 64,
  alternation,
  startedAt: '2026-01-01T00:00:00.000Z',
  load: {
    seconds: 4,
    requestsPerSecond,
    p50Ms,
    p99Ms: p50Ms * 2,
    p999Ms: p50Ms * 3,
    statuses: {},
    allStatuses: {},
    errors,
    unanswered: 0,
    cpuSeconds: 1,
  },
  cpuSeconds: { client: 1, app: 2, database: null },
  elsewhereCpuSeconds: 0,
  stolenCpuSeconds: 0,
})

const passes = [
  pass('keelson', 1, 9_000, 5),
  pass('fastify-pg', 1, 1_000, 50),
  pass('fastify-pg', 2, 800, 60),
  pass('keelson', 2, 7_000, 6),
  pass('keelson', 3, 8_000, 7),
  pass('fastify-pg', 3, 3_000, 10),
]

test('a record holds the medians, the spread and the ratios of the medians', () => {
  const [ours, theirs] = recordsOf(passes, 'fastify-pg')
  assert.ok(ours && theirs)
  const { passes: raw, ...rest } = ours
  assert.equal(raw.length, 3)
  assert.deepEqual(rest, {
    work: 'order-hot',
    contender: 'keelson',
    connections: 64,
    requestsPerSecond: 8_000,
    requestsPerSecondMin: 7_000,
    requestsPerSecondMax: 9_000,
    p50Ms: 6,
    p99Ms: 12,
    p999Ms: 18,
    errors: 0,
    cpuSeconds: { client: 1, app: 2, database: null },
    ratioToFastifyPg: 8,
    latencyRatioToFastifyPg: 6 / 50,
  })
  assert.equal(theirs.ratioToFastifyPg, 1)
})

const holds = (more: readonly Pass[]): boolean[] =>
  verdictsOf(recordsOf([...passes, ...more], 'fastify-pg')).map((verdict) => verdict.holds)

test('a target holds at its bound, and never with errors', () => {
  assert.deepEqual(holds([]), [true])
  assert.deepEqual(holds([pass('keelson', 4, 8_000, 5, 1)]), [false])
  assert.deepEqual(holds([pass('keelson', 4, 10, 5), pass('keelson', 5, 10, 5)]), [false])
})

test('without the baseline there is no ratio, and no verdict', () => {
  const records = recordsOf([pass('keelson', 1, 9_000, 5)], 'fastify-pg')
  assert.equal(records[0]!.ratioToFastifyPg, null)
  assert.deepEqual(verdictsOf(records), [])
})

test('the median of an even number is between the middle two; of unknowns it is unknown', () => {
  assert.equal(median([4, 1, 3, 2]), 2.5)
  assert.equal(median([1, null]), null)
  assert.equal(median([]), null)
})
