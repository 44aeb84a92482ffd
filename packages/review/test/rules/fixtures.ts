/** Fixtures of rules: small projects under test/fixtures/<rule>/{vulnerable,safe}/<name>, and what the reviewer says of one. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Program } from '../../src/program.js'
import { RULES } from '../../src/rules/all.js'
import { runRules, type Outcome } from '../../src/rules/run.js'
import { readSources } from '../../src/sources/read-sources.js'
import type { SourceFile } from '../../src/sources/source-file.js'

const PACKAGE = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..')
const FIXTURES = join(PACKAGE, 'test', 'fixtures')

export interface Fixture {
  readonly rule: string
  readonly kind: 'vulnerable' | 'safe'
  readonly name: string
  readonly directory: string
}

/** A place where the fixture's rule must speak. */
export interface Place {
  readonly file: string
  readonly line: number
}

/** Fixtures of the rules over code. */
export function fixtures(): readonly Fixture[] {
  const found: Fixture[] = []
  for (const { id: rule } of RULES) {
    for (const kind of ['vulnerable', 'safe'] as const) {
      const parent = join(FIXTURES, rule, kind)
      if (!existsSync(parent)) continue
      for (const name of readdirSync(parent)) found.push({ rule, kind, name, directory: join(parent, name) })
    }
  }
  return found
}

export function filesOf(fixture: Fixture): readonly SourceFile[] {
  return readSources(fixture.directory).files.filter(({ kind }) => kind === 'script')
}

export function expectedOf(fixture: Fixture): readonly Place[] {
  if (fixture.kind === 'safe') return []
  return JSON.parse(readFileSync(join(fixture.directory, 'expected.json'), 'utf8')) as Place[]
}

/** What the fixture's own rule says of these files. */
export function judge(fixture: Fixture, files: readonly SourceFile[]): Outcome {
  return runRules(
    new Program(files),
    RULES.filter(({ id }) => id === fixture.rule),
  )
}
