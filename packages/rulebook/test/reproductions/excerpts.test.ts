/** The code that entries show is the code that the reproductions run. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { sharpEdges } from '../../src/index.js'

const folder = new URL('../../../test/reproductions/', import.meta.url)

const squeezed = (text: string): string =>
  text
    .replaceAll(/^export /gm, '')
    .replaceAll(/\s+/g, ' ')
    .trim()

/** Sources of a reproduction: the test itself, and the folder of its name where it has one. */
function sourcesOf(reproduction: string): string {
  const name = reproduction.replace(/\.test\.ts$/, '')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file === reproduction || (file.startsWith(`${name}/`) && file.endsWith('.ts')),
  )
  return files.map((file) => squeezed(readFileSync(new URL(file, folder), 'utf8'))).join('\n')
}

for (const { id, reproduction, wrong, right } of sharpEdges) {
  if (reproduction === undefined) continue
  test(`${id}: what is shown as wrong and right is what ${reproduction} runs`, () => {
    const sources = sourcesOf(reproduction)
    for (const part of [wrong, right].flatMap(({ text }) => text.split('\n\n'))) {
      assert.ok(sources.includes(squeezed(part)), part)
    }
  })
}

test('every reproduction belongs to an entry', () => {
  const named = new Set(sharpEdges.map(({ reproduction }) => reproduction))
  const orphans = readdirSync(folder).filter(
    (file) => file.endsWith('.test.ts') && file !== 'excerpts.test.ts' && !named.has(file),
  )
  assert.deepEqual(orphans, [])
})
