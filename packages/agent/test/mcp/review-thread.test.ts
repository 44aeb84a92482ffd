import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ReviewThread } from '../../src/mcp/review-thread.js'
import { folderWith } from '../support/folder.js'
import { SHOP } from '../support/shop.js'

test('a review that takes too long is ended, and the next one runs', async (t) => {
  const root = await folderWith(t, SHOP)
  await assert.rejects(new ReviewThread(1).run({ root, rules: undefined }), /ended after 0.001 s/)
  const { findings } = await new ReviewThread(60_000).run({ root, rules: ['sql-injection'] })
  assert.equal(findings.length, 2)
})

test('reviews that wait are bounded', async (t) => {
  const root = await folderWith(t, {})
  const thread = new ReviewThread(60_000)
  const all = await Promise.allSettled(
    Array.from({ length: 10 }, () => thread.run({ root, rules: ['sql-injection'] })),
  )
  assert.deepEqual(
    all.map(({ status }) => status),
    [...Array.from({ length: 8 }, () => 'fulfilled'), 'rejected', 'rejected'],
  )
})
