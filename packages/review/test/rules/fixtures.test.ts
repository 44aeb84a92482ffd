/** Every rule finds exactly the marked lines of its vulnerable fixtures, and nothing in its safe ones. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RULES } from '../../src/rules/all.js'
import { expectedOf, filesOf, fixtures, judge } from './fixtures.js'

const all = fixtures()

for (const fixture of all) {
  test(`${fixture.rule}: ${fixture.kind}/${fixture.name}`, () => {
    const { findings, notes } = judge(fixture, filesOf(fixture))
    assert.deepEqual(notes, [])
    const found = findings.map(({ file, span }) => `${file}:${span.start.line}`).sort()
    const expected = expectedOf(fixture)
      .map(({ file, line }) => `${file}:${line}`)
      .sort()
    assert.deepEqual(found, expected)
  })
}

test('every rule has at least eight vulnerable and eight safe fixtures', () => {
  for (const { id } of RULES) {
    for (const kind of ['vulnerable', 'safe'] as const) {
      const count = all.filter((fixture) => fixture.rule === id && fixture.kind === kind).length
      assert.ok(count >= 8, `${id} has ${count} ${kind} fixtures`)
    }
  }
})
