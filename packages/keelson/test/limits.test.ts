import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { LIMITS } from '../src/limits.js'

const PAGE = new URL('../../../../docs/limits.md', import.meta.url)

test('the page of limits and the table in the code say the same', () => {
  const [, table = ''] =
    /\n\| what \| default \|[^\n]*\n[|-]+\n((?:\|[^\n]*\n)+)/.exec(readFileSync(PAGE, 'utf8')) ?? []
  const documented = table
    .trim()
    .split('\n')
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    )
  assert.deepEqual(
    documented,
    LIMITS.map(({ what, value, effect }) => [what, value, effect]),
  )
})
