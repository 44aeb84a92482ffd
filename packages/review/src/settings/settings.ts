/**
 * The settings of a project: `keelson-review.json` in the root of the review. Every one is optional, and so is the file. What is wrong
 * in it is told all at once, with what would be right.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Severity } from '@keelson/rulebook'
import type { Confidence } from '../finding.js'
import { suggestion } from '../nearest.js'
import { CONFIDENCES, FAIL_ON, SEVERITIES, type FailOn } from '../severity.js'
import { tidyFolder } from './folder.js'

const SETTINGS_FILE = 'keelson-review.json'

export interface Settings {
  /** By rule: `off`, or the severity that its findings have here. */
  readonly rules: ReadonlyMap<string, Severity | 'off'>
  /** Patterns as of `.gitignore`, from the root. */
  readonly exclude: readonly string[]
  /** Folders of migrations from the root, with `/` and none at the end; empty: found by their names. */
  readonly migrations: readonly string[]
  /** Names of tables that stay small: a statement over all of one is nothing. */
  readonly smallTables: readonly string[]
  /** Whether lock_timeout is set outside the migrations: by the role, or in the URL of the database. */
  readonly isLockTimeoutElsewhere: boolean
  /** Undefined: `high`. */
  readonly failOn: FailOn | undefined
  /** Undefined: all are reported. */
  readonly minConfidence: Confidence | undefined
}

export const NO_SETTINGS: Settings = {
  rules: new Map(),
  exclude: [],
  migrations: [],
  smallTables: [],
  isLockTimeoutElsewhere: false,
  failOn: undefined,
  minConfidence: undefined,
}

/** The settings are wrong; `problems` are sentences. */
export class SettingsError extends Error {
  readonly problems: readonly string[]

  constructor(file: string, problems: readonly string[]) {
    super(`${file} is wrong:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`)
    this.problems = problems
  }
}

/** Reads the settings of `root`. Throws SettingsError; no file means no settings. */
export function readSettings(root: string, knownRules: readonly string[]): Settings {
  let text: string
  try {
    text = readFileSync(join(root, SETTINGS_FILE), 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return NO_SETTINGS
    throw new SettingsError(SETTINGS_FILE, [`it cannot be read (${code ?? 'unknown error'})`])
  }
  return parseSettings(text, knownRules)
}

/** Throws SettingsError. */
export function parseSettings(text: string, knownRules: readonly string[]): Settings {
  const reader = new Reader(knownRules)
  const settings = reader.read(text)
  if (reader.problems.length > 0) throw new SettingsError(SETTINGS_FILE, reader.problems)
  return settings
}

const KEYS = [
  '$schema',
  'rules',
  'exclude',
  'migrations',
  'smallTables',
  'lockTimeoutElsewhere',
  'failOn',
  'minConfidence',
]
const RULE_SETTINGS: readonly (Severity | 'off')[] = ['off', ...SEVERITIES]

const quoted = (words: readonly string[]): string => words.map((word) => `"${word}"`).join(', ')
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

class Reader {
  readonly problems: string[] = []
  private readonly knownRules: readonly string[]

  constructor(knownRules: readonly string[]) {
    this.knownRules = knownRules
  }

  read(text: string): Settings {
    const value = this.json(text.replace(/^\uFEFF/, ''))
    if (!isRecord(value)) {
      if (this.problems.length === 0) this.problems.push('it must be an object: { "rules": { … } }')
      return NO_SETTINGS
    }
    for (const key of Object.keys(value))
      if (!KEYS.includes(key))
        this.problems.push(
          `there is no setting \`${key}\`.${suggestion(key, KEYS)} Settings are ${KEYS.join(', ')}`,
        )
    return {
      rules: this.rules(value['rules']),
      exclude: this.texts('exclude', value['exclude'], '"src/legacy/"'),
      migrations: this.folders(value['migrations']),
      smallTables: this.texts('smallTables', value['smallTables'], '"countries"'),
      isLockTimeoutElsewhere: this.truth('lockTimeoutElsewhere', value['lockTimeoutElsewhere']),
      failOn: this.oneOf('failOn', value['failOn'], FAIL_ON),
      minConfidence: this.oneOf('minConfidence', value['minConfidence'], CONFIDENCES),
    }
  }

  private json(text: string): unknown {
    try {
      return JSON.parse(text)
    } catch (error) {
      this.problems.push(`it is no JSON: ${(error as Error).message}`)
      return undefined
    }
  }

  private rules(value: unknown): ReadonlyMap<string, Severity | 'off'> {
    const rules = new Map<string, Severity | 'off'>()
    if (value === undefined) return rules
    if (!isRecord(value)) {
      this.problems.push('`rules` must be an object: { "rule-id": "off" }')
      return rules
    }
    for (const [rule, given] of Object.entries(value)) {
      const setting = RULE_SETTINGS.find((allowed) => allowed === given)
      if (!this.knownRules.includes(rule))
        this.problems.push(
          `there is no rule \`${rule}\`.${suggestion(rule, this.knownRules)} --list-rules shows them all`,
        )
      if (setting === undefined)
        this.problems.push(
          `\`rules.${rule}\` is ${JSON.stringify(given)}, but must be one of ${quoted(RULE_SETTINGS)}`,
        )
      else rules.set(rule, setting)
    }
    return rules
  }

  private texts(name: string, value: unknown, example: string): readonly string[] {
    if (value === undefined) return []
    if (
      Array.isArray(value) &&
      value.every((text): text is string => typeof text === 'string' && text !== '')
    )
      return value
    this.problems.push(`\`${name}\` must be a list of texts that are not empty: [${example}]`)
    return []
  }

  private folders(value: unknown): readonly string[] {
    return this.texts('migrations', value, '"db/migrations"').map((text) => {
      const folder = tidyFolder(text)
      if (folder === undefined)
        this.problems.push(
          `\`migrations\` names ${JSON.stringify(text)}, but must name folders inside the root`,
        )
      return folder ?? text
    })
  }

  private truth(name: string, value: unknown): boolean {
    if (value !== undefined && typeof value !== 'boolean')
      this.problems.push(`\`${name}\` is ${JSON.stringify(value)}, but must be true or false`)
    return value === true
  }

  private oneOf<const Word extends string>(
    name: string,
    value: unknown,
    allowed: readonly Word[],
  ): Word | undefined {
    const found = allowed.find((word) => word === value)
    if (value !== undefined && found === undefined)
      this.problems.push(`\`${name}\` is ${JSON.stringify(value)}, but must be one of ${quoted(allowed)}`)
    return found
  }
}
