/** The form of a statement changes nothing: case, blanks, comments, quotes, the schema before a name. And no text at all ends the review. */
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import test, { before } from 'node:test'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { scanSync } from 'libpg-query'
import type { MigrationSource } from '../../src/migrations/beside.js'
import { loadParser } from '../../src/migrations/parser.js'
import { reviewMigrations } from '../../src/migrations/review.js'
import { MIGRATION_RULES } from '../../src/migrations/rules.js'
import { readSources } from '../../src/sources/read-sources.js'

const FIXTURES = fileURLToPath(new URL('../../../test/fixtures/', import.meta.url))

before(loadParser)

/** Fixtures of plain SQL files, in which comments say nothing to a tool. */
function plainFixtures(): { name: string; sources: MigrationSource[] }[] {
  return MIGRATION_RULES.flatMap(({ id }) =>
    ['vulnerable', 'safe'].flatMap((kind) =>
      readdirSync(join(FIXTURES, id, kind)).flatMap((name) => {
        const sources = readSources(join(FIXTURES, id, kind, name)).files
        const isPlain = sources.every(
          ({ path, text }) => /^migrations\/\d+_\w+\.sql$/.test(path) && !text.includes('`'),
        )
        return isPlain ? [{ name: `${id}/${kind}/${name}`, sources: [...sources] }] : []
      }),
    ),
  )
}

interface Form {
  readonly isUpper: boolean
  readonly isQuoted: boolean
  readonly isQualified: boolean
  readonly blanks: readonly string[]
}

const FORM: fc.Arbitrary<Form> = fc.record({
  isUpper: fc.boolean(),
  isQuoted: fc.boolean(),
  isQualified: fc.boolean(),
  blanks: fc.array(
    fc.constantFrom(
      ' ',
      '\n',
      '\t',
      ' /* index on; drop table users; */ ',
      ' -- é 🚀 begin;\n',
      '\r\n',
      ' /* a /* b */ c */ ',
    ),
    { minLength: 1, maxLength: 7 },
  ),
})

const BEFORE_TABLE: ReadonlySet<string> = new Set(['table', 'on', 'update', 'from', 'references', 'truncate'])

function reformed(sql: string, { isUpper, isQuoted, isQualified, blanks }: Form): string {
  let previous = ''
  let index = 0
  let out = ''
  for (const { text, tokenName, keywordName } of scanSync(sql).tokens) {
    if (tokenName.endsWith('COMMENT')) continue
    let shown = text
    if (keywordName !== 'NO_KEYWORD') shown = isUpper ? text.toUpperCase() : text
    else if (tokenName === 'IDENT' && !text.startsWith('"')) {
      shown = isQuoted ? `"${text}"` : isUpper ? text.toUpperCase() : text
      if (isQualified && text === 'users' && BEFORE_TABLE.has(previous)) shown = `public.${shown}`
    }
    out += shown + blanks[index++ % blanks.length]!
    previous = text.toLowerCase()
  }
  return out
}

async function saidOf(sources: readonly MigrationSource[]): Promise<string[]> {
  const { findings, notes } = await reviewMigrations(sources)
  assert.deepEqual(notes, [])
  return findings.map(({ rule, file, message }) => `${file} ${rule} ${message.replaceAll('public.', '')}`)
}

test('the form of the statements changes no finding', async () => {
  const fixtures = plainFixtures()
  assert.ok(fixtures.length > 80, `${fixtures.length} fixtures`)
  const property = fc.asyncProperty(fc.constantFrom(...fixtures), FORM, async ({ sources }, form) => {
    const changed = sources.map((source) => ({ ...source, text: reformed(source.text, form) }))
    assert.deepEqual(await saidOf(changed), await saidOf(sources))
  })
  // What fails is printed with its seed.
  await fc.assert(property, { numRuns: 400 })
})

const SOUP = fc.array(
  fc.constantFrom(
    'create',
    'table',
    'index',
    'alter',
    'users',
    'add',
    'column',
    'constraint',
    'check',
    '(',
    ')',
    ';',
    ',',
    "'",
    '"',
    '$$',
    '$a$',
    'do',
    'begin',
    'commit',
    'end',
    'concurrently',
    '/*',
    '*/',
    '--',
    '\n',
    '\\',
    '\\connect x\n',
    '${',
    '}',
    ':name',
    'not',
    'null',
    'valid',
    'default',
    'é',
    '🚀',
    '\0',
    '\ud800',
    'drop',
    'rename',
    'to',
    'type',
    'update',
    'set',
    '=',
    '1',
    'copy t from stdin;',
    '\\.\n',
    '-- migrate:up',
    '--> statement-breakpoint',
    'loop',
    'execute',
  ),
  { maxLength: 60 },
)

test('whatever stands in a migration, the review ends, and its places lie in the file', async () => {
  const text = fc.oneof(
    SOUP.map((words) => words.join(' ')),
    SOUP.map((words) => words.join('')),
    fc.string({ unit: 'binary' }),
  )
  const names = fc.constantFrom('001_a.sql', 'V1__a.sql', '1_a.up.sql', '20250101_a/migration.sql', '1_a.ts')
  const property = fc.asyncProperty(text, names, async (given, name) => {
    const shown = name.endsWith('.ts') ? `export async function up(k) { await k.raw(\`${given}\`) }` : given
    const path = `migrations/${name}`
    const { findings } = await reviewMigrations([{ path, absolutePath: `/nowhere/${path}`, text: shown }])
    for (const { span } of findings) {
      assert.ok(
        span.start.offset >= 0 && span.end.offset <= shown.length && span.start.offset <= span.end.offset,
      )
      assert.ok(span.start.line >= 1 && span.start.column >= 1)
    }
  })
  await fc.assert(property, { numRuns: 1500 })
})

test('a statement that Postgres does not read hides none of the others, and becomes a note', async () => {
  const text =
    "\\connect shop\ncreate indexx nothing;\ncopy roles from stdin;\n1\t;it's\n\\.\ncreate index i on ${schema}.users (age);\n"
  const path = 'migrations/001_a.sql'
  const { findings, notes } = await reviewMigrations([{ path, absolutePath: `/nowhere/${path}`, text }], {
    isOn: (rule) => rule === 'index-without-concurrently',
  })
  assert.deepEqual(
    findings.map(({ span }) => span.start.line),
    [6],
  )
  assert.equal(notes.length, 1)
  assert.match(notes[0]!.message, /line 2/)
})

test('deep nesting ends in a note', async () => {
  const text = `select ${'('.repeat(50_000)}1${')'.repeat(50_000)};\ncreate index i on users (age);`
  const path = 'migrations/001_a.sql'
  const { findings, notes } = await reviewMigrations([{ path, absolutePath: `/nowhere/${path}`, text }])
  assert.ok(findings.some(({ rule }) => rule === 'index-without-concurrently'))
  assert.equal(notes.length, 1)
})

test('places count UTF-16 units, and the edit turns the statement into the safe one', async () => {
  const text = '/* é 🚀 */ create index "ü🚀" on users (age);\n'
  const path = 'prisma/migrations/1_a/migration.sql'
  const { findings } = await reviewMigrations([{ path, absolutePath: `/nowhere/${path}`, text }])
  const finding = findings.find(({ rule }) => rule === 'index-without-concurrently')!
  assert.equal(
    text.slice(finding.span.start.offset, finding.span.end.offset),
    'create index "ü🚀" on users (age)',
  )
  const [edit] = finding.edits!
  const edited = text.slice(0, edit!.start) + edit!.text + text.slice(edit!.end)
  assert.equal(edited, '/* é 🚀 */ create index concurrently "ü🚀" on users (age);\n')
})

test('tables that the settings call small may be updated at once, and a lock_timeout may be set elsewhere', async () => {
  const source = (path: string, text: string) => ({ path, absolutePath: `/nowhere/${path}`, text })
  const sources = [source('migrations/001_a.sql', 'update plans set a = 1; alter table plans add b int;')]
  assert.equal((await reviewMigrations(sources)).findings.length, 2)
  const options = { smallTables: ['plans'], isLockTimeoutElsewhere: true }
  assert.deepEqual((await reviewMigrations(sources, options)).findings, [])
})
