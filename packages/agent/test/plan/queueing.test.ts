import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  inside,
  longWaitProbability,
  serversFor,
  stay99Ms,
  waitProbability,
} from '../../src/plan/queueing.js'

const near = (actual: number, expected: number, within = 1e-9): void =>
  assert.ok(Math.abs(actual - expected) <= within, `${actual} is not near ${expected}`)

test("Little's law: 200 a second that stay 5 ms are one at a time", () => {
  near(inside(200, 5), 1)
})

test('with one server an arrival waits as often as the server is busy', () => {
  for (const busy of [0.1, 0.5, 0.9]) near(waitProbability(1, busy), busy)
})

test('two servers, one busy on average: a third of the arrivals waits', () => {
  // C(2, a) = a² / (2 + a), by hand: a = 1 gives 1/3.
  near(waitProbability(2, 1), 1 / 3)
  near(waitProbability(2, 0.5), 0.25 / 2.5)
})

test('twelve servers under ten erlang: the value of the published tables', () => {
  // Erlang C tables: C(12, 10) = 0.4494.
  near(waitProbability(12, 10), 0.4494, 5e-4)
})

test('an overloaded system makes everybody wait', () => {
  assert.equal(waitProbability(2, 2), 1)
  assert.equal(longWaitProbability(2, 3, 5, 1000), 1)
})

test('long waits fall off exponentially', () => {
  // C(2,1) · e^(−(2−1)·10/5) = e^−2 / 3.
  near(longWaitProbability(2, 1, 5, 10), Math.exp(-2) / 3)
})

test('the fewest servers are enough, and one fewer is not', () => {
  for (const busy of [0.01, 0.7, 1, 3.5, 40]) {
    const servers = serversFor(busy, 5, 10, 0.01)
    assert.ok(longWaitProbability(servers, busy, 5, 10) <= 0.01)
    assert.ok(servers === 1 || longWaitProbability(servers - 1, busy, 5, 10) > 0.01)
  }
})

test('the 99th percentile of an idle queue is ln 100 times the service, and doubles at half load', () => {
  near(stay99Ms(2, 0), 9.2103, 1e-3)
  near(stay99Ms(2, 0.5), 18.4207, 1e-3)
  assert.equal(stay99Ms(2, 1), Number.POSITIVE_INFINITY)
})
