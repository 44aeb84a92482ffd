/** What a part of the analysis looks like from the outside: it says its rules, takes all files, and gives back findings. */
import type { Severity } from '@keelson/rulebook'
import type { Finding, Note } from './finding.js'
import type { SourceFile } from './sources/source-file.js'

export interface RuleInfo {
  /** The id of its entry in the rulebook. */
  readonly id: string
  /** What it reports, in a few words, as a title. */
  readonly title: string
  /** What its findings have unless the settings say otherwise. */
  readonly severity: Severity
}

/** What a checker is told beside the files. */
export interface CheckContext {
  /** Absolute. */
  readonly root: string
  /** Whether this rule was asked for: work for others may be left out. */
  isOn(rule: string): boolean
  /** Folders of migrations that the settings name, relative to the root with `/`; empty where the checker is to find them. */
  readonly migrationFolders: readonly string[]
  /** Names of tables that the settings call small: a statement over all of one is nothing. */
  readonly smallTables: readonly string[]
  /** Whether the settings say that lock_timeout is set outside the migrations: by the role, or in the URL of the database. */
  readonly isLockTimeoutElsewhere: boolean
}

export interface CheckResult {
  readonly findings: readonly Finding[]
  readonly notes: readonly Note[]
}

/**
 * A part of the analysis. It sees the whole project, whatever part of it is reported afterwards, and takes from `files` the kinds it
 * understands. What it throws is taken for a defect of its own and ends nothing but itself.
 */
export interface Checker {
  readonly name: string
  readonly rules: readonly RuleInfo[]
  check(files: readonly SourceFile[], context: CheckContext): Promise<CheckResult>
}
