/** The rulebook has an entry for each rule, which says the same of it, and no entry promises a rule that there is not. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { entryOf, validations } from '@keelson/rulebook'
import { migrationsChecker } from '../../src/migrations/checker.js'
import { codeChecker } from '../../src/rules/checker.js'

const rules = [codeChecker, migrationsChecker].flatMap((checker) => checker.rules)

test('each rule has its entry, of the same severity', () => {
  for (const { id, severity } of rules) {
    const entry = entryOf(id)
    assert.ok(entry?.kind === 'validation', `${id} has an entry`)
    assert.deepEqual([id, entry.executedBy, entry.severity], [id, 'rule', severity])
  }
})

test('each entry that a rule executes has that rule', () => {
  const ids = new Set(rules.map(({ id }) => id))
  const promised = validations.filter(({ executedBy }) => executedBy === 'rule').map(({ id }) => id)
  assert.deepEqual(
    promised.filter((id) => !ids.has(id)),
    [],
  )
})
