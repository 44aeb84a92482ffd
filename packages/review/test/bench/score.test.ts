import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Fault } from '../../bench/backends.js'
import { precisionOf, recallOf, scoreOf, type Report } from '../../bench/score.js'

const fault = (line: number, more: Partial<Fault> = {}): Fault => ({
  rule: 'a',
  file: 'x.ts',
  line,
  what: '',
  ...more,
})
const report = (line: number, more: Partial<Report> = {}): Report => ({
  rule: 'a',
  name: 'a',
  file: 'x.ts',
  line,
  endLine: line,
  ...more,
})

test('a fault counts once, however often it is reported', () => {
  const score = scoreOf([report(10), report(11)], [fault(10), fault(50)])
  assert.deepEqual([recallOf(score), precisionOf(score)], [0.5, 1])
})

test('a report of another rule, in another file, or elsewhere is a false alarm', () => {
  const reports = [report(10, { rule: 'b' }), report(10, { file: 'y.ts' }), report(16), report(10)]
  const score = scoreOf(reports, [fault(10)])
  assert.deepEqual([recallOf(score), precisionOf(score)], [1, 0.25])
})

test('what is arguable is neither missed nor a false alarm', () => {
  assert.equal(recallOf(scoreOf([], [fault(10, { arguable: true })])), undefined)
  assert.equal(precisionOf(scoreOf([report(10)], [fault(10, { arguable: true })])), 1)
})

test('a report of a long statement, or at a related line, hits', () => {
  assert.equal(recallOf(scoreOf([report(5, { endLine: 20 })], [fault(18)])), 1)
  assert.equal(recallOf(scoreOf([report(40)], [fault(10, { related: [40] })])), 1)
})

test('a tool with names of its own is given credit for any fault at the place', () => {
  const score = scoreOf(
    [report(10, { rule: undefined, name: 'theirs' })],
    [fault(10), fault(10, { rule: 'b' })],
  )
  assert.equal(recallOf(score), 1)
})
