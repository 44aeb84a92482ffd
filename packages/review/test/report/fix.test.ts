import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Edit, Finding } from '../../src/finding.js'
import { planFixes, writeFixes } from '../../src/report/fix.js'
import { review } from '../../src/review.js'
import { MARKS } from '../support/marks.js'
import { treeOf } from '../support/tree.js'

test('writes what findings offer and keeps everything else, byte for byte', async (t) => {
  const root = treeOf(t, { 'ä b.ts': '\uFEFF// 日本\r\nf(FIXABLE)\r\ng(FIXABLE)\r\n' })
  const reviewed = await review(root, { checkers: [MARKS] })
  const fixes = planFixes(reviewed.findings, reviewed.sources)
  assert.equal(readFileSync(join(root, 'ä b.ts'), 'utf8').includes('FIXABLE'), true)
  writeFixes(fixes, reviewed.sources)
  assert.equal(readFileSync(join(root, 'ä b.ts'), 'utf8'), '\uFEFF// 日本\r\nf(fixed)\r\ng(fixed)\r\n')
})

test('a file that has changed meanwhile, or is no UTF-8, is left as it is', async (t) => {
  const root = treeOf(t, {
    'a.ts': 'FIXABLE',
    'latin.ts': Buffer.from('FIXABLE // gr\u00F6\u00DFe', 'latin1'),
  })
  const reviewed = await review(root, { checkers: [MARKS] })
  writeFileSync(join(root, 'a.ts'), 'FIXABLE and more')
  const { fixed, left } = planFixes(reviewed.findings, reviewed.sources)
  assert.deepEqual(fixed, [])
  assert.deepEqual(
    left.map(({ reason }) => reason),
    ['a.ts', 'latin.ts'].map((file) => `${file} has changed since it was read, or is no UTF-8`),
  )
})

test('edits of a finding are taken all or none, and never those that touch another', async (t) => {
  const root = treeOf(t, { 'a.ts': 'abcdef' })
  const { sources } = await review(root, { checkers: [] })
  const offering = (...edits: readonly [number, number][]): Finding => ({
    rule: 'r',
    severity: 'low',
    confidence: 'certain',
    file: 'a.ts',
    span: { start: { line: 1, column: 1, offset: 0 }, end: { line: 1, column: 2, offset: 1 } },
    message: '',
    path: [],
    fix: '',
    edits: edits.map(([start, end]): Edit => ({ file: 'a.ts', start, end, text: '-' })),
  })
  const first = offering([0, 1], [4, 5])
  const overlapping = offering([2, 3], [3, 5])
  const adjacent = offering([1, 2])
  const wrong = offering([2, 3], [5, 99])
  const { fixed, left, texts } = planFixes([first, overlapping, adjacent, wrong], sources)
  assert.deepEqual(fixed, [first, adjacent])
  assert.deepEqual(
    left.map(({ finding }) => finding),
    [overlapping, wrong],
  )
  assert.equal(texts.get('a.ts'), '--cd-f')
})
