/**
 * The workspace keeps its architecture, and the check that says so can fail.
 */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { checkArchitecture } from './architecture.js'

const DOCUMENT =
  '<!-- rooms -->\n1. `internal`\n2. `errors.ts`\n3. `engine/`, `schema/`\n4. `http`\n<!-- /rooms -->\n'

/** Checks a workspace of these files of packages/keelson/src; `host` is what its lock file names. */
function errorsOf(t, files, { document = DOCUMENT, host } = {}) {
  const root = mkdtempSync(join(tmpdir(), 'keelson-architecture-'))
  t.after(() => rmSync(root, { recursive: true }))
  const write = (path, text) => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  write('docs/ARCHITECTURE.md', document)
  write(
    'package-lock.json',
    JSON.stringify({
      packages: { '': {}, 'node_modules/a': host === undefined ? {} : { resolved: `https://${host}/a.tgz` } },
    }),
  )
  for (const [path, text] of Object.entries(files)) write(`packages/keelson/src/${path}`, text)
  return checkArchitecture(root).errors
}

test('the workspace keeps its architecture', () => {
  assert.deepEqual(checkArchitecture(fileURLToPath(new URL('..', import.meta.url))).errors, [])
})

test('imports down and sideways between rooms are fine', (t) => {
  const files = {
    'engine/a.ts': `import { b } from '../schema/b.js'\nexport const a = b\n`,
    'schema/b.ts': `import {\n  c,\n  d,\n} from '../errors.js'\nexport const b = [c, d]\n`,
    'errors.ts': 'export const c = 1\nexport const d = 2\n',
    'index.ts': `export { a } from './engine/a.js'\n`,
  }
  assert.deepEqual(errorsOf(t, files), [])
})

test('folders of tools and databases are not looked at', (t) => {
  assert.deepEqual(errorsOf(t, { '../.keelson/postgres/utils.ts': 'export const a = 1\n' }), [])
})

const breaches = [
  [
    'an import of a room above',
    {
      'engine/a.ts': `import type { B } from '../http/b.js'\nexport type A = B\n`,
      'http/b.ts': 'export type B = 1\n',
    },
    /"engine" must not know "http"/,
  ],
  [
    'a dynamic import of a room above',
    { 'engine/a.ts': `export const a = () => import('../http/b.js')\n`, 'http/b.ts': 'export const b = 1\n' },
    /"engine" must not know "http"/,
  ],
  [
    'a room that no line lists',
    { 'misplaced/a.ts': 'export const a = 1\n' },
    /"misplaced" is not in the list/,
  ],
  [
    'an import of the barrel',
    {
      'http/a.ts': `import { b } from '../index.js'\nexport const a = b\n`,
      'index.ts': 'export const b = 1\n',
    },
    /imports the barrel/,
  ],
  [
    'a circle of types',
    {
      'engine/a.ts': `import type { B } from './b.js'\nexport type A = B\n`,
      'engine/b.ts': `export type { A } from './a.js'\nexport type B = 1\n`,
    },
    /import each other/,
  ],
  ['a file of 501 lines', { 'engine/a.ts': 'export const a = 1\n'.repeat(501) }, /501 lines/],
  [
    'a second barrel',
    { 'engine/a.ts': 'export const a = 1\n', 'engine/index.ts': `/** All. */\nexport * from './a.js'\n` },
    /only re-exports/,
  ],
  ['a file named utils', { 'engine/string-utils.ts': 'export const a = 1\n' }, /"utils" does not say/],
  ['a file named types.ts', { 'engine/types.ts': 'export type A = 1\n' }, /"types.ts" does not say/],
]

for (const [name, files, message] of breaches) {
  test(`${name} is refused`, (t) => {
    const errors = errorsOf(t, files)
    assert.equal(errors.length, 1, errors.join('\n'))
    assert.match(errors[0], message)
  })
}

test('a lock file that names a host is refused', (t) => {
  assert.match(errorsOf(t, {}, { host: 'mirror.example' })[0], /mirror\.example/)
})

test('a document without its list of rooms is refused', (t) => {
  assert.throws(() => errorsOf(t, {}, { document: '# Nothing' }), /has no block/)
})
