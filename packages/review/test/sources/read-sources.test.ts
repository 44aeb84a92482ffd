import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { readSources } from '../../src/sources/read-sources.js'
import { treeOf } from '../support/tree.js'

const paths = (root: string, exclude: readonly string[] = []): string[] =>
  readSources(root, { exclude }).files.map(({ path }) => path)

test('reads scripts, SQL, Prisma schemas and manifests, sorted by path', (t) => {
  const root = treeOf(t, {
    'src/b.ts': '',
    'src/a.mjs': '',
    'src/page.tsx': '',
    'src/types.d.ts': '',
    'src/types.d.mts': '',
    'migrations/001.sql': 'select 1',
    'prisma/schema.prisma': '',
    'package.json': '{}',
    'tsconfig.build.json': '{}',
    'data.json': '{}',
    'readme.md': '',
  })
  assert.deepEqual(paths(root), [
    'migrations/001.sql',
    'package.json',
    'prisma/schema.prisma',
    'src/a.mjs',
    'src/b.ts',
    'src/page.tsx',
    'tsconfig.build.json',
  ])
})

test('passes over what others wrote or a tool made, but not over sources that use its words', (t) => {
  const root = treeOf(t, {
    'node_modules/x/index.js': '',
    'dist/a.js': '',
    'build/a.js': '',
    '.next/server.js': '',
    'coverage/x.js': '',
    'src/build/plan.ts': '',
    'src/lib.min.js': '',
    'src/client.ts':
      '/* eslint-disable */\n// This file was automatically generated. Do not edit.\nexport {}\n',
    'src/packed.js': `var a=${'1+'.repeat(4_000)}1`,
    'src/ids.ts': '// Makes auto-generated ids; do not forget the prefix.\nexport {}\n',
    'drizzle/0000.sql': '-- @generated\nselect 1',
  })
  assert.deepEqual(paths(root), ['drizzle/0000.sql', 'src/build/plan.ts', 'src/ids.ts'])
  const { notes } = readSources(root)
  assert.equal(notes.length, 1)
  assert.match(notes[0]!.message, /generated or minified.* and 1 more \(src\/packed\.js\)/)
})

test('honours .gitignore as git does: nested, negated, from the repository above', (t) => {
  const repository = treeOf(t, {
    '.git/HEAD': '',
    '.gitignore': 'secret*.ts\n/service/tmp/\n',
    'service/.gitignore': '!secret-kept.ts\n*.gen.ts\n',
    'service/secret-gone.ts': '',
    'service/secret-kept.ts': '',
    'service/a.gen.ts': '',
    'service/tmp/a.ts': '',
    'service/deep/tmp/a.ts': '',
  })
  assert.deepEqual(paths(join(repository, 'service')), ['deep/tmp/a.ts', 'secret-kept.ts'])
})

test('leaves out what the settings exclude', (t) => {
  const root = treeOf(t, { 'src/a.ts': '', 'src/legacy/b.ts': '', 'scripts/c.ts': '', 'test/d.test.ts': '' })
  assert.deepEqual(paths(root, ['legacy/', '/scripts', '*.test.ts']), ['src/a.ts'])
})

test('ends on links in circles and out of the root, and tells about the latter', (t) => {
  const elsewhere = treeOf(t, { 'x.ts': '' })
  const root = treeOf(t, { 'a/b/c.ts': '' })
  symlinkSync(root, join(root, 'a', 'b', 'up'))
  symlinkSync(join(root, 'self'), join(root, 'self'))
  symlinkSync(elsewhere, join(root, 'out'))
  symlinkSync(join(root, 'nowhere.ts'), join(root, 'gone.ts'))
  const { files, notes } = readSources(root)
  assert.deepEqual(
    files.map(({ path }) => path),
    ['a/b/c.ts'],
  )
  assert.deepEqual(notes.map(({ file }) => file).sort(), ['gone.ts', 'out'])
})

test('follows a root that is itself a link', (t) => {
  const real = treeOf(t, { 'a.ts': '' })
  const other = treeOf(t, {})
  symlinkSync(real, join(other, 'link'))
  assert.equal(readSources(join(other, 'link')).root, real)
})

test('huge, binary, UTF-16 and pretended files are notes', (t) => {
  const root = treeOf(t, {
    'binary.ts': new Uint8Array([0x41, 0, 0x42]),
    'huge.ts': 'x'.repeat(1_048_577),
    'wide.ts': Buffer.from('\uFEFFconst a = 1', 'utf16le'),
    'fine.ts': '',
  })
  mkdirSync(join(root, 'folder.ts'))
  const { files, notes } = readSources(root)
  assert.deepEqual(
    files.map(({ path }) => path),
    ['fine.ts'],
  )
  assert.deepEqual(
    notes.map(({ file, message }) => `${file} ${message.slice(0, 9)}`),
    ['binary.ts is binary', 'huge.ts has 10485', 'wide.ts is UTF-16'],
  )
})

test('stops at its bounds and says so', (t) => {
  const root = treeOf(t, { 'a.ts': 'const a = 1', 'b.ts': 'const b = 1', 'c.ts': 'const c = 1' })
  for (const [limits, expected] of [
    [{ files: 2 }, /more than 2 files/],
    [{ totalSize: 25 }, /more than 25 bytes/],
  ] as const) {
    const { files, notes } = readSources(root, { limits })
    assert.equal(files.length, 2)
    assert.match(notes[0]!.message, expected)
  }
  assert.match(readSources(root, { limits: { names: 2 } }).notes[0]!.message, /more than 2 names/)
})

test('keeps line ends and takes the byte order mark off', (t) => {
  const root = treeOf(t, { 'a.ts': '\uFEFFconst a = 1\r\nconst b = 2\r\n' })
  const [file] = readSources(root).files
  assert.equal(file?.text, 'const a = 1\r\nconst b = 2\r\n')
  assert.equal(file.hasByteOrderMark, true)
  assert.equal(readSources(root).lines, 2)
})

test('reads paths with spaces and letters of the world', (t) => {
  const root = treeOf(t, { 'größe und maß/später 日本.ts': 'x' })
  assert.deepEqual(paths(root), ['größe und maß/später 日本.ts'])
})
