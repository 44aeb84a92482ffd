import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { BaselineError, compare, readBaseline, writeBaseline } from '../../src/report/baseline.js'
import { review } from '../../src/review.js'
import { MARKS } from '../support/marks.js'
import { treeOf } from '../support/tree.js'

const all = (): boolean => true

test('findings stay known when lines move and white space changes; new ones alike are not', async (t) => {
  const root = treeOf(t, { 'a.ts': 'f(FAULT)\ng(FIXABLE)\n' })
  const file = join(root, 'baseline.json')
  assert.equal(writeBaseline(file, await review(root, { checkers: [MARKS] })), 2)
  writeFileSync(join(root, 'a.ts'), '// moved\r\n\r\n   f(FAULT)\r\n  g(FIXABLE)\r\nf(FAULT)\r\n')
  const { findings, hidden, gone } = compare(
    await review(root, { checkers: [MARKS] }),
    readBaseline(file),
    all,
  )
  assert.equal(hidden.length, 2)
  assert.deepEqual(gone, [])
  assert.deepEqual(
    findings.map(({ span }) => span.start.line),
    [5],
  )
})

test('what is found no more is told, but for rules that were not asked for', async (t) => {
  const root = treeOf(t, { 'a.ts': 'FAULT FIXABLE' })
  const file = join(root, 'baseline.json')
  writeBaseline(file, await review(root, { checkers: [MARKS] }))
  writeFileSync(join(root, 'a.ts'), '')
  const reviewed = await review(root, { checkers: [MARKS] })
  assert.equal(compare(reviewed, readBaseline(file), all).gone.length, 2)
  assert.deepEqual(
    compare(reviewed, readBaseline(file), (rule) => rule === 'fault').gone.map(({ rule }) => rule),
    ['fault'],
  )
})

test('a file that is no baseline is refused', (t) => {
  const root = treeOf(t, { 'a.json': '{"version":2,"findings":[]}', 'b.json': 'x', 'c.json': 'null' })
  for (const name of ['a.json', 'b.json', 'c.json', 'd.json'])
    assert.throws(() => readBaseline(join(root, name)), BaselineError)
})
