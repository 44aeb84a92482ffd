import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { ERRORS } from '../src/errors.js'

const PAGE = new URL('../../../../docs/errors.md', import.meta.url)
const SOURCES = new URL('../../src/', import.meta.url)

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

test('every error of the table is raised somewhere, and whatever is raised is in the table', () => {
  const sources = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && file !== 'errors.ts')
    .map((file) => readFileSync(new URL(file, SOURCES), 'utf8'))
    .join('\n')
  const raised = new Set([...sources.matchAll(/new KeelsonError\(\s*'(\w+)'/g)].map((match) => match[1]!))
  assert.ok(raised.size > 10)
  for (const code of raised) assert.ok(code in ERRORS, code)
  for (const code of Object.keys(ERRORS)) assert.ok(new RegExp(`\\b${code}\\b`).test(sources), code)
})
