/**
 * The rulebook's examples under the rules that decide their entries: the wrong one is found, the right one is not. An
 * example of several migrations names each next one in a comment.
 */
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { validations } from '@keelson/rulebook'
import { review } from '../../src/index.js'
import { migrationsChecker } from '../../src/migrations/checker.js'

/** Tables from earlier migrations that the examples change. */
const EARLIER = `
create table customers (id uuid primary key, email text, name text);
create table orders (id uuid primary key, customer_id uuid not null, currency text, placed_at timestamptz);
create table items (sku text primary key, stock int not null);
create table users (id uuid primary key, email text, name text, phone text);
create table events (id int primary key, payload text);
create table sessions (id uuid primary key, closed_at timestamptz);
`

/** Where an example goes on in another migration. */
const NEXT = /^-- (?:in the (?:next migration|one after)|then:)[^\n]*\n?/m

async function rulesThatSpeak(example: string): Promise<ReadonlySet<string>> {
  const root = await mkdtemp(join(tmpdir(), 'keelson-rulebook-'))
  try {
    await mkdir(join(root, 'migrations'))
    for (const [at, text] of [EARLIER, ...example.split(NEXT)].entries())
      await writeFile(join(root, 'migrations', `${String(at + 1).padStart(3, '0')}_step.sql`), text)
    const { findings } = await review(root)
    return new Set(findings.map(({ rule }) => rule))
  } finally {
    await rm(root, { recursive: true })
  }
}

const decided = new Set(migrationsChecker.rules.map(({ id }) => id))
const entries = validations.filter(({ id, wrong }) => decided.has(id) && wrong.language === 'sql')

test('the rulebook shows SQL for all rules of migrations but two, which it shows with Prisma and Knex', () => {
  const shown = new Set(entries.map(({ id }) => id))
  assert.deepEqual([...decided].filter((id) => !shown.has(id)).toSorted(), [
    'cascade-on-large-tables',
    'concurrently-in-transaction',
  ])
})

for (const { id, wrong, right } of entries) {
  test(`${id}: the wrong example of the rulebook is found`, async () => {
    assert.ok((await rulesThatSpeak(wrong.text)).has(id))
  })
  test(`${id}: nothing is found in the right example of the rulebook`, async () => {
    assert.deepEqual([...(await rulesThatSpeak(right.text))], [])
  })
}
