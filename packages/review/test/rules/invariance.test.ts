/** What the rules find depends on what code means: local names and the module system change nothing. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Module } from '../../src/modules/module.js'
import { Program } from '../../src/program.js'
import type { Rule } from '../../src/rule.js'
import { RULES } from '../../src/rules/all.js'
import { runRules } from '../../src/rules/run.js'
import { readSources } from '../../src/sources/read-sources.js'
import type { SourceFile } from '../../src/sources/source-file.js'
import { asCommonJs } from '../support/commonjs.js'
import { renamed } from '../support/rename.js'
import { fixturesOf } from './fixtures.js'

/** Rules that look at names on purpose: a secret is told by what it is called. */
const BY_NAME: ReadonlySet<string> = new Set(['hard-coded-secret', 'cascade-on-large-tables'])

const CHANGES: Readonly<Record<string, (module: Module) => string>> = {
  'other local names': renamed,
  CommonJS: asCommonJs,
}

/** File and number of findings in it; lines may move. */
function found(rule: Rule, files: readonly SourceFile[]): string[] {
  return runRules(new Program(files), [rule])
    .findings.map(({ file }) => file)
    .sort()
}

for (const [change, write] of Object.entries(CHANGES)) {
  for (const rule of RULES) {
    if (BY_NAME.has(rule.id)) continue
    test(`${rule.id}: ${change} change nothing`, () => {
      let changed = 0
      for (const fixture of fixturesOf(rule.id)) {
        const files = readSources(fixture.directory).files.filter(({ kind }) => kind === 'script')
        const { modules } = new Program(files)
        const texts = new Map(modules.map((module) => [module.path, write(module)]))
        const others = files.map((file) => ({ ...file, text: texts.get(file.path) ?? file.text }))
        if (others.some(({ text }, at) => text !== files[at]?.text)) changed += 1
        const after = new Program(others)
        assert.deepEqual(after.notes, [], `${fixture.kind}/${fixture.name} is still code`)
        assert.deepEqual(found(rule, others), found(rule, files), `${fixture.kind}/${fixture.name}`)
      }
      assert.ok(changed >= 3, 'the change changes something')
    })
  }
}
