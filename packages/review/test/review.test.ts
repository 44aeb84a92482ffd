import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Checker } from '../src/checker.js'
import { review } from '../src/review.js'
import { MARKS } from './support/marks.js'
import { treeOf } from './support/tree.js'

test('findings come in the order of files and places, each once', async (t) => {
  const root = treeOf(t, { 'b.ts': 'FAULT', 'a.ts': '\n FAULT FIXABLE' })
  const { findings, filesRead, linesRead } = await review(root, { checkers: [MARKS, MARKS] })
  assert.deepEqual(
    findings.map(({ file, rule }) => `${file} ${rule}`),
    ['a.ts fault', 'a.ts fixable', 'b.ts fault'],
  )
  assert.deepEqual([filesRead, linesRead], [2, 3])
})

test('a checker that throws is a note, and the others go on', async (t) => {
  const root = treeOf(t, { 'a.ts': 'FAULT' })
  const broken: Checker = {
    name: 'broken',
    rules: [{ id: 'x', title: 'X', severity: 'low' }],
    check: async () => {
      throw new Error('lost its way')
    },
  }
  const { findings, notes } = await review(root, { checkers: [broken, MARKS] })
  assert.equal(findings.length, 1)
  assert.match(notes[0]!.message, /a defect of the reviewer: broken gave up.*lost its way/)
})

test('rules are turned off, given another severity, or chosen', async (t) => {
  const root = treeOf(t, {
    'a.ts': 'FAULT FIXABLE',
    'keelson-review.json': '{ "rules": { "fault": "off", "fixable": "critical" } }',
  })
  const { findings } = await review(root, { checkers: [MARKS] })
  assert.deepEqual(
    findings.map(({ rule, severity }) => `${rule} ${severity}`),
    ['fixable critical'],
  )
  assert.deepEqual((await review(root, { checkers: [MARKS], rules: ['fault'] })).findings, [])
})

test('settings about migrations reach the rules on them', async (t) => {
  const files = {
    'migrations/001_start.sql': 'create table countries (id int primary key, name text);',
    'migrations/002_fill.sql': "update countries set name = 'x';",
  }
  const rulesIn = async (settings: string): Promise<readonly string[]> => {
    const root = treeOf(t, { ...files, 'keelson-review.json': settings })
    return (await review(root)).findings.map(({ rule }) => rule)
  }
  assert.deepEqual(await rulesIn('{}'), ['unbatched-backfill'])
  assert.deepEqual(await rulesIn('{ "smallTables": ["countries"] }'), [])
})
