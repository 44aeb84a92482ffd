import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Finding } from '../../src/finding.js'
import { changesSince, GitError, isChanged } from '../../src/report/changed.js'
import { changedLines } from '../../src/report/diff.js'
import { review } from '../../src/review.js'
import { MARKS } from '../support/marks.js'
import { treeOf } from '../support/tree.js'

const git = (root: string, ...words: string[]): void => {
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-c', 'commit.gpgsign=false']
  execFileSync('git', [...identity, ...words], { cwd: root, stdio: 'pipe' })
}

test('lines that changed since the branch left its base, committed or not, and new files', async (t) => {
  const lines = Array.from({ length: 9 }, (_, at) => `f${at}(FAULT)`)
  const text = (changed: readonly number[]): string =>
    `${lines.map((line, at) => (changed.includes(at) ? `${line} // new` : line)).join('\n')}\n`
  const root = treeOf(t, { '.gitignore': '', 'service/größe "x".ts': text([]), 'other.ts': 'FAULT' })
  git(root, 'init', '-q', '-b', 'main')
  git(root, 'add', '.')
  git(root, 'commit', '-qm', 'base')
  git(root, 'switch', '-qc', 'work')
  writeFileSync(join(root, 'service', 'größe "x".ts'), text([2]))
  git(root, 'commit', '-qam', 'work')
  writeFileSync(join(root, 'service', 'größe "x".ts'), text([2, 5]))
  writeFileSync(join(root, 'service', 'new.ts'), 'FAULT')
  // The root of the review is not that of the repository.
  const service = join(root, 'service')
  const changes = await changesSince(service, undefined)
  assert.equal(changes.base, 'main')
  const { findings } = await review(service, { checkers: [MARKS] })
  // Without paths: every path of these marks begins in the first line.
  const told = findings.filter((finding) => isChanged({ ...finding, path: [] }, changes))
  assert.deepEqual(
    told.map(({ file, span }) => `${file}:${span.start.line}`),
    ['größe "x".ts:3', 'größe "x".ts:6', 'new.ts:1'],
  )
  await assert.rejects(changesSince(root, 'nowhere'), /git knows no commit `nowhere`/)
  await assert.rejects(changesSince(root, '--output=x'), /git knows no commit/)
})

test('a path through a changed line is told, and so are the neighbours of what went', () => {
  const at = (line: number) => ({ line, column: 1, offset: 0 })
  const place = (line: number) => ({ start: at(line), end: at(line) })
  const finding: Finding = {
    rule: 'r',
    severity: 'low',
    confidence: 'certain',
    file: 'a.ts',
    message: '',
    fix: '',
    span: place(50),
    path: [{ file: 'b.ts', span: place(7), note: '' }],
  }
  const files = changedLines('--- a/b.ts\n+++ b/b.ts\n@@ -7 +6,0 @@\n-check()\n')
  assert.equal(isChanged(finding, { base: 'main', files }), true)
  assert.equal(isChanged({ ...finding, path: [] }, { base: 'main', files }), false)
})

test('lines of a file that look like a diff are none', () => {
  const diff =
    '--- a/a.ts\n+++ b/a.ts\n@@ -1,2 +1,2 @@\n--- a/x\n--- b/x\n+++ b/y.ts\n+@@ -1 +1 @@\n@@ -9 +9 @@\n-a\n+b\n'
  assert.deepEqual(
    [...changedLines(diff)],
    [
      [
        'a.ts',
        [
          { first: 1, last: 2 },
          { first: 9, last: 9 },
        ],
      ],
    ],
  )
})

test('outside a repository it says so', async (t) => {
  await assert.rejects(changesSince(treeOf(t, {}), undefined), (error: unknown) => {
    assert.ok(error instanceof GitError)
    assert.match(error.message, /not a git repository/)
    return true
  })
})
