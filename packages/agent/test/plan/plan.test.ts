import assert from 'node:assert/strict'
import { test } from 'node:test'
import { entryOf } from '@keelson/rulebook'
import { MODES } from '../../src/plan/failure-modes.js'
import { bytesShown, rounded } from '../../src/plan/figure.js'
import { ASSUMED, type Load } from '../../src/plan/load.js'
import { planFor } from '../../src/plan/plan.js'
import { pagesTouched } from '../../src/plan/storage.js'

/** A booking service: 600 requests a second at the peak, a fifth writes 1,000 bytes. */
const booking: Load = {
  ...ASSUMED,
  processes: undefined,
  requestsPerSecond: 600,
  writesShare: 0.2,
  payloadBytes: 1000,
}

function figure(load: Load, name: string): number {
  const found = planFor(load).figures.find((one) => one.name === name)
  assert.ok(found, `there is no figure ${name}`)
  return found.value
}

test('the figures of a booking service are those worked out by hand', () => {
  // 600/s × (5 + 2) ms; then 600/s × 2 ms = 1.2 processors, ÷ 0.6 = 2, and one more; 200/s × 2 ms.
  assert.equal(figure(booking, 'in flight at the peak'), 4.2)
  assert.equal(figure(booking, 'processes'), 3)
  assert.equal(figure(booking, 'utilisation of one process'), 0.4)
  // 4.605 × 2 ÷ 0.6.
  assert.equal(figure(booking, 'p99 in the event loop'), 15.4)
  // 200/s × 0.1 s.
  assert.equal(figure(booking, 'limit of requests at once'), 20)
  // 600/s × 5 ms.
  assert.equal(figure(booking, 'connections busy at the peak'), 3)
  // One erlang a process: C(2,1) e^−2 = 0.045 is too much; C(3,1) e^−4 = 0.0909 × 0.0183 = 0.0017 is not.
  assert.equal(figure(booking, 'pool of one process'), 3)
  assert.equal(figure(booking, 'connections of all processes'), 9)
  // 600/s × 1 ms ÷ 0.6 = 1 core; two at least.
  assert.equal(figure(booking, 'processors'), 2)
  assert.equal(figure(booking, 'errors allowed at the peak'), 0.6)
  assert.equal(figure(booking, 'outage allowed'), 43.8)
})

test('disk and WAL are those worked out by hand', () => {
  // (1,000 + 28) × 1.2 + 2 × 40.396 = 1,314.4 bytes.
  assert.equal(figure(booking, 'stored by one write'), 1310)
  // 600 × 0.2 ÷ 3 = 40 writes in a mean second; × 86,400 × 1,314.4 = 4.54e9.
  assert.equal(figure(booking, 'growth'), 4_540_000_000)
  assert.equal(figure(booking, 'disk of the database'), 3_320_000_000_000)
  // Rows of a year 1.26e9 → 6.2e6 pages of an index; 36,000 writes at the peak touch nearly as many pages each:
  // 120 × (1,000 + 150 + 200) + 2 × 35,896 × 8,192 ÷ 300.
  const rows = 40 * 86_400 * 365
  const pages = (rows * 28) / Math.LN2 / 8192
  const touched = pages * (1 - Math.exp(-36_000 / pages))
  assert.equal(figure(booking, 'WAL at the peak'), rounded(120 * 1350 + (2 * touched * 8192) / 300))
})

test('a hundred writes into one page touch it once; few into many touch a page each', () => {
  assert.ok(Math.abs(pagesTouched(1, 100) - 1) < 1e-9)
  assert.ok(Math.abs(pagesTouched(1e9, 100) - 100) < 1e-4)
  assert.equal(pagesTouched(0, 100), 0)
})

test('growth compounds', () => {
  assert.equal(figure({ ...booking, growthPerYear: 2, years: 3 }, 'peak'), 4800)
})

test('too few processes, slow calls outside and too many connections are warned of', () => {
  const warned = (load: Load, word: RegExp): boolean => planFor(load).warnings.some((text) => word.test(text))
  assert.ok(warned({ ...booking, processes: 1 }, /overloaded/))
  assert.ok(warned({ ...booking, outsideMs: 300 }, /mean .* above the p99/))
  assert.ok(warned({ ...booking, connectionMs: 500 }, /pooler/))
  assert.deepEqual(planFor({ ...booking, requestsPerSecond: 10 }).warnings, [])
})

test('failure modes are those that the load has', () => {
  const components = (load: Load): string[] => planFor(load).failureModes.map(({ component }) => component)
  assert.ok(!components({ ...booking, outsideMs: 0 }).includes('outside service'))
  assert.ok(components({ ...booking, outsideMs: 10 }).includes('outside service'))
  assert.ok(!components({ ...booking, writesShare: 0 }).includes('disk'))
})

test('entries that failure modes name exist, and the ideas behind them stand in the floor of the rulebook', async () => {
  const { floor } = (await import(
    new URL('../../../../rulebook/dist/test/floor.js', import.meta.url).href
  )) as { floor: Record<string, readonly string[]> }
  for (const { ideas } of MODES)
    for (const { kind, line } of ideas) assert.ok(floor[kind]!.includes(line), `${kind}: ${line}`)
  for (const { entries } of planFor({ ...booking, outsideMs: 1 }).failureModes)
    for (const id of entries) assert.ok(entryOf(id), id)
})

test('every figure says its formula, its numbers, its assumption and its source', () => {
  for (const one of planFor(booking).figures)
    for (const text of [one.formula, one.worked, one.assumption, one.source]) assert.notEqual(text, '')
})

test('bytes are shown by powers of 1024', () => {
  assert.equal(bytesShown(0), '0 B')
  assert.equal(bytesShown(1536), '1.5 KiB')
  assert.equal(bytesShown(1_073_741_824), '1 GiB')
})
