/** What the rules find depends on what code means: local names, the module system and the cut into files change nothing. */
import assert from 'node:assert/strict'
import { basename, dirname, join } from 'node:path'
import { test } from 'node:test'
import type { Module } from '../../src/modules/module.js'
import { Program } from '../../src/program.js'
import type { Rule } from '../../src/rule.js'
import { RULES } from '../../src/rules/all.js'
import { runRules } from '../../src/rules/run.js'
import { readSources } from '../../src/sources/read-sources.js'
import type { SourceFile } from '../../src/sources/source-file.js'
import { asCommonJs } from '../support/commonjs.js'
import { inlined } from '../support/inline.js'
import { renamed } from '../support/rename.js'
import { split } from '../support/split.js'
import { fixturesOf } from './fixtures.js'

/** Rules that look at names on purpose: a secret is told by what it is called. */
const BY_NAME: ReadonlySet<string> = new Set(['hard-coded-secret', 'cascade-on-large-tables'])

/** A gap: that a constant says whether this is development is not followed into another file. */
const NOT_YET: ReadonlySet<string> = new Set(['blocking-work-on-request-path: safe/read-anew-in-development'])

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

test('one-line helpers in the place of their calls: found or not as before', () => {
  let changed = 0
  for (const rule of RULES) {
    for (const fixture of fixturesOf(rule.id)) {
      const files = readSources(fixture.directory).files.filter(({ kind }) => kind === 'script')
      const texts = new Map(new Program(files).modules.map((module) => [module.path, inlined(module)]))
      const others = files.map((file) => ({ ...file, text: texts.get(file.path) ?? file.text }))
      if (others.some(({ text }, at) => text !== files[at]?.text)) changed += 1
      const after = new Program(others)
      const name = `${rule.id}: ${fixture.kind}/${fixture.name}`
      assert.deepEqual(after.notes, [], `${name} is still code`)
      const isFound = runRules(after, [rule]).findings.length > 0
      assert.equal(isFound, found(rule, files).length > 0, name)
    }
  }
  assert.ok(changed >= 2, `${changed} fixtures were changed`)
})

test('functions in a file of their own: as many findings', () => {
  let changed = 0
  for (const rule of RULES) {
    for (const fixture of fixturesOf(rule.id)) {
      const files = readSources(fixture.directory).files.filter(({ kind }) => kind === 'script')
      const others = new Program(files).modules.flatMap((module): SourceFile[] => {
        const file = files.find(({ path }) => path === module.path)!
        const { text, moved } = split(module)
        if (moved) changed += 1
        return [
          { ...file, text },
          ...(moved
            ? [{ ...file, ...moved, absolutePath: join(dirname(file.absolutePath), basename(moved.path)) }]
            : []),
        ]
      })
      const after = new Program(others)
      const name = `${rule.id}: ${fixture.kind}/${fixture.name}`
      if (NOT_YET.has(name)) continue
      assert.deepEqual(after.notes, [], `${name} is still code`)
      assert.equal(runRules(after, [rule]).findings.length, found(rule, files).length, name)
    }
  }
  assert.ok(changed >= 30, `${changed} files were cut`)
})
