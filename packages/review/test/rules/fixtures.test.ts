/** Every rule finds exactly the marked lines of its vulnerable fixtures, and nothing in its safe ones. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { review } from '../../src/index.js'
import { migrationsChecker } from '../../src/migrations/checker.js'
import { codeChecker } from '../../src/rules/checker.js'
import { expectedOf, fixturesOf } from './fixtures.js'

const ids = new Set([codeChecker, migrationsChecker].flatMap(({ rules }) => rules.map(({ id }) => id)))

for (const id of ids) {
  const all = fixturesOf(id)
  for (const kind of ['vulnerable', 'safe'] as const) {
    const some = all.filter((fixture) => fixture.kind === kind)
    test(`${id} has eight or more fixtures that are ${kind}`, () => {
      assert.ok(some.length >= 8, `${some.length}`)
    })
    for (const fixture of some) {
      test(`${id}: ${kind}/${fixture.name}`, async () => {
        const { findings, notes } = await review(fixture.directory, { rules: [id] })
        assert.deepEqual(
          notes.filter(({ message }) => message.includes('a defect of the reviewer')),
          [],
        )
        const found = findings.map(({ file, span }) => `${file}:${span.start.line}`)
        const expected = expectedOf(fixture).map(({ file, line }) => `${file}:${line}`)
        assert.deepEqual(found.toSorted(), expected.toSorted())
      })
    }
  }
}
