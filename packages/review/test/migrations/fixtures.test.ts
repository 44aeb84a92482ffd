/** Each rule on each of its fixtures: it finds the lines that expected.json names, and no other. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { migrationsChecker } from '../../src/migrations/checker.js'
import { readSources } from '../../src/sources/read-sources.js'

const FIXTURES = fileURLToPath(new URL('../../../test/fixtures/', import.meta.url))

for (const { id } of migrationsChecker.rules) {
  for (const kind of ['vulnerable', 'safe'] as const) {
    const folder = join(FIXTURES, id, kind)
    const names = existsSync(folder) ? readdirSync(folder) : []
    test(`${id} has eight or more fixtures that are ${kind}`, () => {
      assert.ok(names.length >= 8, `${names.length}`)
    })
    for (const name of names) {
      test(`${id}: ${kind}/${name}`, async () => {
        const root = join(folder, name)
        const expected = JSON.parse(readFileSync(join(root, 'expected.json'), 'utf8')) as object[]
        const { findings } = await migrationsChecker.check(readSources(root).files, {
          root,
          isOn: (rule) => rule === id,
          migrationFolders: [],
        })
        const found = findings.map(({ file, span }) => ({ file, line: span.start.line }))
        assert.deepEqual(found, expected)
      })
    }
  }
}
