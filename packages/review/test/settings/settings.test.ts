import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { parseSettings, SettingsError } from '../../src/settings/settings.js'

const RULES = ['sql-injection', 'query-in-loop']
const problems = (text: string): readonly string[] => {
  try {
    parseSettings(text, RULES)
  } catch (error) {
    assert.ok(error instanceof SettingsError)
    return error.problems
  }
  return []
}

test('everything wrong is told at once, with what is allowed', () => {
  const found = problems(`{
    "rulez": {},
    "rules": { "sql-injektion": "off", "query-in-loop": "loud" },
    "exclude": "legacy", "migrations": ["../other"], "failOn": "hihg", "minConfidence": 3,
    "lockTimeoutElsewhere": "yes"
  }`)
  assert.equal(found.length, 8)
  assert.match(found[0]!, /no setting `rulez`\. Did you mean `rules`\?/)
  assert.match(found[1]!, /Did you mean `sql-injection`\?/)
  assert.match(found[2]!, /"loud", but must be one of "off", "critical"/)
})

test('texts that are no settings are told', () => {
  assert.match(problems('{ "rules": ')[0]!, /no JSON/)
  assert.match(problems('[]')[0]!, /must be an object/)
  assert.match(problems('null')[0]!, /must be an object/)
})

const WHOLE = `{ "$schema": "x", "rules": { "sql-injection": "low" }, "exclude": ["a/"],
  "migrations": ["./db\\\\migrations/"], "smallTables": ["countries"], "lockTimeoutElsewhere": true, "failOn": "never", "minConfidence": "certain" }`

test('settings that are right are taken', () => {
  const settings = parseSettings(`\uFEFF${WHOLE}`, RULES)
  assert.equal(settings.rules.get('sql-injection'), 'low')
  assert.deepEqual(settings.migrations, ['db/migrations'])
  assert.deepEqual(settings.smallTables, ['countries'])
  assert.equal(settings.isLockTimeoutElsewhere, true)
  assert.equal(settings.failOn, 'never')
})

test('the schema for editors takes and refuses what the reader does', () => {
  const schema = JSON.parse(
    readFileSync(new URL('../../../settings.schema.json', import.meta.url), 'utf8'),
  ) as object
  const validate = new Ajv2020().compile(schema)
  assert.equal(validate(JSON.parse(WHOLE)), true)
  for (const wrong of ['{"rulez":{}}', '{"rules":{"a":"on"}}', '{"exclude":[""]}', '{"failOn":"x"}', '[]'])
    assert.equal(validate(JSON.parse(wrong)), false, wrong)
})
