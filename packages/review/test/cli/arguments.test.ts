import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCommandLine, type ReviewCommand } from '../../src/cli/arguments.js'

const parse = (...words: string[]): ReviewCommand => {
  const line = parseCommandLine(words, (path) => path === 'src')
  assert.equal(line.command, 'review')
  return line
}

test('--changed stands alone, takes a base, and leaves paths alone', () => {
  assert.deepEqual(parse('--changed').changed, { base: undefined })
  assert.deepEqual(parse('--changed=v1').changed, { base: 'v1' })
  assert.deepEqual(parse('--changed', 'HEAD~2', 'src').changed, { base: 'HEAD~2' })
  assert.deepEqual(parse('--changed', 'src'), { ...parse('src'), changed: { base: undefined } })
  assert.deepEqual(parse('--', '--changed').paths, ['--changed'])
  assert.equal(parse().changed, undefined)
})

test('each format goes where the output behind it says', () => {
  assert.deepEqual(parse().destinations, [{ format: 'text', file: undefined }])
  assert.deepEqual(parse('--format', 'sarif', '--output', 'a', '--json', '--output=b').destinations, [
    { format: 'sarif', file: 'a' },
    { format: 'json', file: 'b' },
    { format: 'text', file: undefined },
  ])
  assert.equal(parse('--format', 'text', '--format', 'github').destinations.length, 2)
})

test('what is wrong is named, with what was meant', () => {
  const wrong: readonly (readonly [RegExp, readonly string[]])[] = [
    [/no option `--fix-dryrun`\. Did you mean `--fix-dry-run`\?/, ['--fix-dryrun']],
    [/--fail-on is `hi`, but must be one of critical, high/, ['--fail-on', 'hi']],
    [/--format is `sariff`.*Did you mean `sarif`\?/, ['--format', 'sariff']],
    [/--output belongs to a format/, ['--output', 'x']],
    [/cannot share stdout/, ['--json', '--format', 'sarif']],
    [/choose one/, ['--fix', '--fix-dry-run']],
    [/--no-baseline does not go/, ['--no-baseline', '--write-baseline']],
    [/argument missing/, ['--root']],
  ]
  for (const [message, words] of wrong) assert.throws(() => parse(...words), message)
})
