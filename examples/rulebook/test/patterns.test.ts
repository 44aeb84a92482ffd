import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { entries, patterns, type Entry } from '@keelson/rulebook'
import { app, createLog, createServer, module, type App } from 'keelson'
import { parseSync } from 'oxc-parser'
import pg from 'pg'
import { compilePatterns, importPattern, missingPackages } from './compile.js'
import { createTables } from './create-tables.js'
import { running } from './running.js'

const SERVER_URL = process.env.KEELSON_TEST_DATABASE_URL
let said: string

before(async () => {
  said = await compilePatterns()
})

test('the code of all patterns compiles', () => {
  assert.equal(said, '')
})

test('code by hand is left out of the program for packages that are not here, and for nothing else', () => {
  const missing = new Set(patterns.flatMap(({ byHand }) => missingPackages(byHand.text)))
  assert.deepEqual([...missing].toSorted(), [])
  for (const { id, withKeelson } of patterns) assert.deepEqual(missingPackages(withKeelson.text), [], id)
})

const parses = (language: string, text: string): boolean =>
  parseSync(`entry.${language}`, text).errors.length === 0

/** Of sharp edges and validations code may be an excerpt: from within a function, or from within a class, or both. */
function excerptsOf(text: string): string[] {
  const lines = text.split('\n')
  const imports = lines.filter((line) => line.startsWith('import ')).join('\n')
  const rest = lines.filter((line) => !line.startsWith('import ')).join('\n')
  return [
    text,
    `${imports}\nasync function excerpt() {\n${rest}\n}`,
    `${imports}\nclass Excerpt {\n${rest}\n}`,
  ]
}

const codesOf = (entry: Entry) =>
  entry.kind === 'pattern' ? [entry.withKeelson, entry.byHand] : [entry.wrong, entry.right]

for (const entry of entries) {
  test(`${entry.id}: its TypeScript can be parsed`, () => {
    for (const { language, text } of codesOf(entry)) {
      if (language !== 'ts' && language !== 'js') continue
      const forms = entry.kind === 'pattern' ? [text] : excerptsOf(text)
      assert.ok(
        forms.some((form) => parses(language, form)),
        text,
      )
    }
  })
}

const DECLARATIONS = new Set(['command', 'query', 'route', 'job', 'subscriber', 'event'])

const isDeclaration = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && DECLARATIONS.has((value as { kind?: string }).kind ?? '')

const isApp = (value: unknown): value is App =>
  typeof value === 'object' && value !== null && (value as { kind?: string }).kind === 'app'

for (const { id } of patterns) {
  test(`${id}: the example with Keelson starts, and does what it is for`, async () => {
    assert.equal(said, '', 'it compiles')
    const exported = await importPattern(id)
    const given = Object.values(exported).find(isApp)
    const { default: _app, ...named } = exported
    // What declares nothing is a client or a function; compiled it is, and there is nothing to start.
    if (given === undefined && !Object.values(exported).some(isDeclaration)) {
      assert.equal(running[id], undefined, 'nothing is started here')
      return
    }
    const declared = given ?? app({ name: id, modules: [module('example', named)] })
    await withDatabase(id, async (databaseUrl, client) => {
      await client.query(createTables(exported))
      const log = createLog({ level: 'fatal' })
      const server = await createServer(declared, { databaseUrl, log, migrate: true })
      try {
        await running[id]?.({ exported, server, client })
      } finally {
        await server.close()
      }
    })
  })
}

let admin: pg.Client | undefined

after(() => admin?.end())

async function withDatabase(id: string, run: (url: string, client: pg.Client) => Promise<void>) {
  assert.ok(SERVER_URL, 'KEELSON_TEST_DATABASE_URL is set: use `npm test`')
  if (admin === undefined) {
    admin = new pg.Client({ connectionString: SERVER_URL })
    await admin.connect()
  }
  const name = `rulebook_${id.replaceAll('-', '_')}_${process.pid}`
  await admin.query(`create database "${name}"`)
  const url = new URL(SERVER_URL)
  url.pathname = name
  const client = new pg.Client({ connectionString: url.href })
  await client.connect()
  try {
    await run(url.href, client)
  } finally {
    await client.end()
    await admin.query(`drop database "${name}" with (force)`)
  }
}
