import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Deadline, Deadlines } from '../../src/operation/deadlines.js'

class Noted extends Deadline {
  expired = 0
  override onExpired(): void {
    this.expired++
    this.abort(new Error('late'))
  }
}

test('calls end when their time is over, each once', () => {
  const deadlines = new Deadlines(100)
  const [first, second] = [new Noted(), new Noted()]
  deadlines.enter(first, 0)
  deadlines.enter(second, 50)
  deadlines.expire(99)
  assert.deepEqual([first.expired, second.expired], [0, 0])
  deadlines.expire(100)
  deadlines.expire(149)
  assert.deepEqual([first.expired, second.expired], [1, 0])
  deadlines.expire(1000)
  deadlines.expire(2000)
  assert.deepEqual([first.expired, second.expired], [1, 1])
})

test('a call that has left does not expire, wherever in the list it was', () => {
  const deadlines = new Deadlines(100)
  const calls = Array.from({ length: 5 }, () => new Noted())
  for (const call of calls) deadlines.enter(call, 0)
  for (const at of [2, 0, 4]) deadlines.leave(calls[at]!)
  deadlines.leave(calls[2]!)
  deadlines.expire(100)
  assert.deepEqual(
    calls.map((call) => call.expired),
    [0, 1, 0, 1, 0],
  )
})

test('a signal that is asked for after the end is aborted already', () => {
  const deadlines = new Deadlines(1)
  const call = new Noted()
  deadlines.enter(call, 0)
  const before = new Noted()
  deadlines.enter(before, 0)
  const { signal } = before
  assert.equal(signal.aborted, false)
  deadlines.expire(1)
  assert.equal(signal.aborted, true)
  assert.equal(call.signal.aborted, true)
  assert.equal(call.signal, call.signal)
})
