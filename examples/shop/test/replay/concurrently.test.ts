import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concurrently } from '../../src/replay/concurrently.js'

test('every item is worked on once, and no more than so many at a time', async () => {
  const done: number[] = []
  let running = 0
  let most = 0
  await concurrently([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
    running += 1
    most = Math.max(most, running)
    await Promise.resolve()
    running -= 1
    done.push(item)
  })
  assert.deepEqual(
    done.toSorted((a, b) => a - b),
    [1, 2, 3, 4, 5, 6, 7],
  )
  assert.equal(most, 3)
})

test('the first failure ends the rest', async () => {
  const started: number[] = []
  const work = concurrently([1, 2, 3, 4, 5, 6], 2, async (item) => {
    started.push(item)
    await Promise.resolve()
    if (item === 2) throw new Error('two')
  })
  await assert.rejects(work, { message: 'two' })
  assert.ok(!started.includes(6))
})

test('nothing to do is done', async () => {
  await concurrently([], 8, () => Promise.reject(new Error('never')))
})
