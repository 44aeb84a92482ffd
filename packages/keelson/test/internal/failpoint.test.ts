import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseFailpoints } from '../../src/internal/failpoint.js'

test('failpoints are read with what happens at them and when', () => {
  const parsed = parseFailpoints('commit-sent=kill@3,wave-sent=pause:200')
  assert.deepEqual(parsed.get('commit-sent'), { kind: 'kill', pauseMs: 0, left: 3 })
  assert.deepEqual(parsed.get('wave-sent'), { kind: 'pause', pauseMs: 200, left: 1 })
})

test('a failpoint that does not exist, or no action, is refused by name', () => {
  assert.throws(() => parseFailpoints('commit-snt=kill'), /commit-snt=kill.*commit-sent/)
  assert.throws(() => parseFailpoints('answered=explode'), /answered=explode/)
  assert.throws(() => parseFailpoints('answered=kill@0'), /answered=kill@0/)
})
