import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { ERRORS } from '../src/errors.js'

const PAGE = new URL('../../../../docs/errors.md', import.meta.url)

test('the errors page and the table of errors say the same', () => {
  const rows = readFileSync(PAGE, 'utf8')
    .split('\n')
    .flatMap((line) => /^\| `(\w+)` \| (\d+) \| (.+) \| (yes|no) \| (.+) \|$/.exec(line)?.slice(1) ?? [])
  const documented = Array.from({ length: rows.length / 5 }, (_, at) => rows.slice(at * 5, at * 5 + 5))
  const declared = Object.entries(ERRORS).map(([code, { status, title, retryable, action }]) => [
    code,
    String(status),
    title,
    retryable ? 'yes' : 'no',
    action,
  ])
  assert.deepEqual(documented, declared)
})
