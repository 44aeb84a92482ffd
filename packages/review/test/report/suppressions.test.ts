import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { review } from '../../src/review.js'
import { MARKS } from '../support/marks.js'
import { treeOf } from '../support/tree.js'

async function judged(t: TestContext, text: string, file = 'a.ts') {
  const { findings, suppressed, notes } = await review(treeOf(t, { [file]: text }), { checkers: [MARKS] })
  return {
    rules: findings.map(({ rule }) => rule),
    suppressed: suppressed.map(({ reason }) => reason),
    notes,
  }
}

test('holds on its own line and on the first line of code below', async (t) => {
  for (const text of [
    'f(FAULT) // keelson-ignore fault -- known',
    '// keelson-ignore fault -- known\nf(FAULT)',
    '// keelson-ignore fault -- known\r\n\r\n// more words\r\n/* and more */\r\nf(FAULT)\r\n',
    '/* keelson-ignore fault -- known */\nf(FAULT)',
    '/*\n * keelson-ignore fault -- known\n */\nf(FAULT)',
    '// keelson-ignore other, fault -- known\nf(FAULT)',
  ])
    assert.deepEqual((await judged(t, text)).suppressed, ['known'], text)
})

test('holds in JSX, SQL and Prisma', async (t) => {
  const jsx = 'const a = <p>\n  {/* keelson-ignore fault -- known */}\n  {FAULT}\n</p>\n'
  assert.deepEqual((await judged(t, jsx, 'a.tsx')).suppressed, ['known'])
  assert.deepEqual((await judged(t, '-- keelson-ignore fault -- known\nselect FAULT;', 'a.sql')).suppressed, [
    'known',
  ])
  assert.deepEqual(
    (await judged(t, 'model A {\n  x FAULT // keelson-ignore fault -- known\n}', 'schema.prisma')).suppressed,
    ['known'],
  )
})

test('does not hold for other rules, other lines, or a comment behind other code', async (t) => {
  for (const text of [
    'f(FAULT) // keelson-ignore fixable -- known',
    '// keelson-ignore fault -- known\nok()\nf(FAULT)',
    'ok() // keelson-ignore fault -- known\nf(FAULT)',
    '// we do not keelson-ignore fault -- here\nf(FAULT)',
    '// keelson-ignored fault -- known\nf(FAULT)',
  ])
    assert.deepEqual((await judged(t, text)).rules, ['fault'], text)
})

test('text in strings suppresses nothing', async (t) => {
  assert.deepEqual((await judged(t, 'f("// keelson-ignore fault -- no", FAULT)')).rules, ['fault'])
  for (const sql of [
    "select '-- keelson-ignore fault -- no', FAULT;",
    "select E'\\'-- keelson-ignore fault -- no', FAULT;",
    'select $a$ -- keelson-ignore fault -- no\nFAULT $a$;',
    'select "-- keelson-ignore fault -- no", FAULT;',
  ])
    assert.deepEqual((await judged(t, sql, 'a.sql')).rules, ['fault'], sql)
})

test('without a reason or a rule it is not applied, and is itself a finding', async (t) => {
  for (const text of [
    'f(FAULT) // keelson-ignore fault',
    'f(FAULT) // keelson-ignore fault --  ',
    'f(FAULT) // keelson-ignore',
  ])
    assert.deepEqual((await judged(t, text)).rules, ['fault', 'suppression-without-reason'], text)
})

test('one that nothing needs, and one of no rule, are notes', async (t) => {
  const { notes } = await judged(
    t,
    'ok() // keelson-ignore fault -- was so once\nok() // keelson-ignore falt -- x',
  )
  assert.match(notes[0]!.message, /line 1: nothing here is found by `fault` any more/)
  assert.match(notes[1]!.message, /line 2: there is no rule `falt` to suppress\. Did you mean `fault`\?/)
})
