import assert from 'node:assert/strict'
import { readdir, readFile, stat, symlink, writeFile, chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Edit, Finding } from '@keelson/review'
import { applyFix } from '../../src/mcp/tools/apply-fix.js'
import { fixIdOf } from '../../src/mcp/tools/review.js'
import { Root } from '../../src/root/inside.js'
import { folderWith } from '../support/folder.js'

function findingWith(edits: readonly Edit[]): Finding {
  const place = { line: 1, column: 1, offset: 0 }
  return {
    rule: 'lost-promise',
    severity: 'high',
    confidence: 'certain',
    file: edits[0]!.file,
    span: { start: place, end: place },
    message: 'm',
    path: [],
    fix: 'f',
    edits,
  }
}

/** Applies the fix of the one finding that a review gives. */
async function apply(folder: string, edits: readonly Edit[]): Promise<readonly string[]> {
  const finding = findingWith(edits)
  const run = async () => ({ findings: [finding], suppressed: 0, notes: [], filesRead: 1, linesRead: 1 })
  return (await applyFix(fixIdOf(finding), await Root.at(folder), run)).files
}

test('edits are laid into their files, byte order mark and mode kept', async (t) => {
  const folder = await folderWith(t, { 'a.ts': '\uFEFFsend(); done()', 'b.ts': 'b' })
  await chmod(join(folder, 'a.ts'), 0o640)
  const files = await apply(folder, [
    { file: 'a.ts', start: 8, end: 12, text: 'end' },
    { file: 'a.ts', start: 0, end: 0, text: 'await ' },
    { file: 'b.ts', start: 1, end: 1, text: '!' },
  ])
  assert.deepEqual(files, ['a.ts', 'b.ts'])
  assert.equal(await readFile(join(folder, 'a.ts'), 'utf8'), '\uFEFFawait send(); end()')
  assert.equal(await readFile(join(folder, 'b.ts'), 'utf8'), 'b!')
  assert.equal((await stat(join(folder, 'a.ts'))).mode & 0o777, 0o640)
  assert.deepEqual((await readdir(folder)).toSorted(), ['a.ts', 'b.ts'])
})

test('edits that overlap, leave the file or lead out of the root change nothing', async (t) => {
  const folder = await folderWith(t, { 'inner/a.ts': 'send()', 'outside.ts': 'x' })
  const root = join(folder, 'inner')
  await symlink('../outside.ts', join(root, 'link.ts'))
  const first = { file: 'a.ts', start: 0, end: 4, text: 'x' }
  for (const wrong of [
    { file: 'a.ts', start: 2, end: 5, text: 'y' },
    { file: 'a.ts', start: 5, end: 99, text: 'y' },
    { file: 'link.ts', start: 0, end: 1, text: 'y' },
    { file: '../outside.ts', start: 0, end: 1, text: 'y' },
  ])
    await assert.rejects(apply(root, [first, wrong]), /overlap|leads out/)
  assert.equal(await readFile(join(root, 'a.ts'), 'utf8'), 'send()')
  assert.equal(await readFile(join(folder, 'outside.ts'), 'utf8'), 'x')
})

test('a finding that is no more, or has no edit, is refused', async (t) => {
  const folder = await folderWith(t, { 'a.ts': 'a' })
  await writeFile(join(folder, 'a.ts'), 'b')
  const root = await Root.at(folder)
  const none = async () => ({ findings: [], suppressed: 0, notes: [], filesRead: 1, linesRead: 1 })
  await assert.rejects(applyFix('x', root, none), /Review again/)
  const bare = { ...findingWith([{ file: 'a.ts', start: 0, end: 0, text: '' }]), edits: [] }
  const one = async () => ({ ...(await none()), findings: [bare] })
  await assert.rejects(applyFix(fixIdOf(bare), root, one), /no safe edit/)
})
