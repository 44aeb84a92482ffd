import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { treeOf } from '../support/tree.js'

const BIN = fileURLToPath(new URL('../../../bin/keelson-review.js', import.meta.url))
/** A finding of medium severity that needs no analysis. */
const FINDING = '// keelson-ignore suppression-without-reason\nexport {}\n'

function keelsonReview(root: string, ...words: string[]) {
  const environment = { ...process.env, FORCE_COLOR: undefined, NO_COLOR: '1' }
  const options = { cwd: root, encoding: 'utf8', env: environment, timeout: 60_000 } as const
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...words], options)
  return { status, stdout, stderr }
}

test('ends with 0, 1 or 2 as --fail-on and the settings say', (t) => {
  const root = treeOf(t, { 'a.ts': FINDING })
  assert.equal(keelsonReview(root).status, 0)
  assert.equal(keelsonReview(root, '--fail-on', 'medium').status, 1)
  assert.equal(keelsonReview(root, '--fail-on', 'never').status, 0)
  const strict = treeOf(t, { 'a.ts': FINDING, 'keelson-review.json': '{"failOn":"low"}' })
  assert.equal(keelsonReview(strict).status, 1)
  const wrong = treeOf(t, { 'keelson-review.json': '{"failOn":"x","y":1}' })
  const { status, stderr } = keelsonReview(wrong)
  assert.equal(status, 2)
  assert.match(stderr, /no setting `y`[^]*`failOn` is "x"/)
})

test('what the command line gets wrong ends with 2 and a sentence', (t) => {
  const root = treeOf(t, { 'a.ts': FINDING })
  for (const words of [
    ['--frmat', 'x'],
    ['gone.ts'],
    ['..'],
    ['--root', 'a.ts'],
    ['--rule', 'x'],
    ['--explain', 'x'],
    ['--changed'],
    ['--baseline', 'gone.json'],
    ['--json', '--output', 'no/such/folder/x'],
  ]) {
    const { status, stderr } = keelsonReview(root, ...words)
    assert.equal(status, 2, words.join(' '))
    assert.doesNotMatch(stderr, /\n {4}at /, words.join(' '))
  }
})

test('paths choose what is reported; one that holds nothing is told', (t) => {
  const root = treeOf(t, { 'ein pfad/ä.ts': FINDING, 'b.ts': FINDING, 'c.txt': '' })
  const { stdout } = keelsonReview(root, 'ein pfad', '--json')
  const report = JSON.parse(stdout) as { findings: { file: string }[]; summary: { filesRead: number } }
  assert.deepEqual(
    report.findings.map(({ file }) => file),
    ['ein pfad/ä.ts'],
  )
  assert.equal(report.summary.filesRead, 2)
  assert.match(keelsonReview(root, 'c.txt').stderr, /Nothing in `c\.txt` was read/)
})

test('several formats at once: a document in a file, text for people', (t) => {
  const root = treeOf(t, { 'a.ts': FINDING })
  const { stdout } = keelsonReview(
    root,
    '--format',
    'sarif',
    '--output',
    'r.sarif',
    '--format',
    'text',
    '--format',
    'github',
  )
  assert.match(stdout, /1 finding: 1 medium\.[^]*::warning file=a\.ts,line=1/)
  assert.equal(
    (JSON.parse(readFileSync(join(root, 'r.sarif'), 'utf8')) as { version: string }).version,
    '2.1.0',
  )
})

test('a baseline written once hides what was there', (t) => {
  const root = treeOf(t, { 'a.ts': FINDING })
  assert.match(keelsonReview(root, '--write-baseline').stderr, /Wrote 1 finding/)
  assert.ok(existsSync(join(root, 'keelson-review.baseline.json')))
  const { status, stdout } = keelsonReview(root, '--fail-on', 'low')
  assert.equal(status, 0)
  assert.match(stdout, /1 finding hidden by the baseline/)
  assert.equal(keelsonReview(root, '--fail-on', 'low', '--no-baseline').status, 1)
})

test('help, version, rules and what a rule means are told', (t) => {
  const root = treeOf(t, {})
  assert.match(keelsonReview(root, '--help').stdout, /--fail-on <severity>/)
  assert.match(keelsonReview(root, '--version').stdout, /^\d+\.\d+\.\d+\n$/)
  assert.match(keelsonReview(root, '--list-rules').stdout, /suppression-without-reason +medium/)
  assert.match(keelsonReview(root, '--explain', 'suppression-without-reason').stdout, /^# A finding/)
})

test('a broken, huge, binary, cyclic tree ends with notes', (t) => {
  const root = treeOf(t, {
    'broken.ts': 'export const = {{{ // keelson-ignore x',
    'deep.ts': `// keelson-ignore x -- y\n${'('.repeat(200_000)}`,
    'binary.ts': new Uint8Array(5_000),
    'huge.sql': Buffer.alloc(3_000_000, 'x'),
    'open.sql': `-- keelson-ignore x -- y\nselect '${'a'.repeat(500_000)}`,
    'package.json': '{',
    'schema.prisma': `// keelson-ignore x -- y\nmodel "${'/*'.repeat(100_000)}`,
  })
  symlinkSync(root, join(root, 'again'))
  const { status, stdout } = keelsonReview(root, '--json')
  assert.equal(status, 0)
  const notes = (JSON.parse(stdout) as { notes: { file: string }[] }).notes.map(({ file }) => file)
  assert.ok(notes.includes('binary.ts') && notes.includes('huge.sql'))
})

test('a reader that leaves early is no failure', async (t) => {
  const files = Object.fromEntries(Array.from({ length: 3_000 }, (_, at) => [`f${at}.ts`, FINDING]))
  const child = spawn(process.execPath, [BIN, '--fail-on', 'low'], { cwd: treeOf(t, files) })
  let complaints = ''
  child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()))
  child.stdout.once('data', () => child.stdout.destroy())
  const status = await new Promise((resolve) => child.once('close', resolve))
  assert.deepEqual([status, complaints], [1, ''])
})
