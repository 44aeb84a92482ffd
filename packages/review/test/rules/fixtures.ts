/** Fixtures of rules: small projects under test/fixtures/<rule>/{vulnerable,safe}/<name>. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

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

export function fixturesOf(rule: string): readonly Fixture[] {
  return (['vulnerable', 'safe'] as const).flatMap((kind) => {
    const parent = join(FIXTURES, rule, kind)
    if (!existsSync(parent)) return []
    return readdirSync(parent).map((name): Fixture => ({ rule, kind, name, directory: join(parent, name) }))
  })
}

export function expectedOf(fixture: Fixture): readonly Place[] {
  if (fixture.kind === 'safe') return []
  return JSON.parse(readFileSync(join(fixture.directory, 'expected.json'), 'utf8')) as Place[]
}
