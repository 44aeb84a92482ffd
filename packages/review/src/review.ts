/**
 * One review: reads the files, asks every checker, and puts what they found into one order. Whatever a project holds and whatever a
 * checker does, a review ends with findings and notes; it throws only where the root cannot be read or the settings are wrong.
 */
import type { Checker, CheckContext, CheckResult } from './checker.js'
import { CHECKERS, rulesOf } from './checkers.js'
import type { Finding, Note } from './finding.js'
import { fingerprintsOf } from './report/fingerprint.js'
import { inOrder } from './report/order.js'
import { judge, type Suppressed } from './report/suppressions.js'
import { readSettings, type Settings } from './settings/settings.js'
import { readSources } from './sources/read-sources.js'
import type { SourceFile } from './sources/source-file.js'

export interface ReviewOptions {
  /** Only these rules. */
  readonly rules?: readonly string[]
  /** Instead of those in the project's `keelson-review.json`. */
  readonly settings?: Settings
  /** Instead of the built-in ones. */
  readonly checkers?: readonly Checker[]
}

export interface Review {
  /** Absolute, links resolved. */
  readonly root: string
  readonly settings: Settings
  /** Sorted by file, place and rule; without those that are suppressed. */
  readonly findings: readonly Finding[]
  readonly suppressed: readonly Suppressed[]
  readonly notes: readonly Note[]
  /** What was read, by path. */
  readonly sources: ReadonlyMap<string, SourceFile>
  /** Of every finding, suppressed or not: what stays the same when lines move. */
  readonly fingerprints: ReadonlyMap<Finding, string>
  readonly filesRead: number
  readonly linesRead: number
  readonly elapsedMs: number
}

/** Throws SettingsError. */
export async function review(root: string, options: ReviewOptions = {}): Promise<Review> {
  const startedAtMs = performance.now()
  const { checkers = CHECKERS } = options
  const ids = rulesOf(checkers).map(({ id }) => id)
  const settings = options.settings ?? readSettings(root, ids)
  const sources = readSources(root, { exclude: settings.exclude })
  const isOn = (rule: string): boolean =>
    (options.rules?.includes(rule) ?? true) && settings.rules.get(rule) !== 'off'
  const context: CheckContext = {
    root: sources.root,
    isOn,
    migrationFolders: settings.migrations,
    smallTables: settings.smallTables,
    isLockTimeoutElsewhere: settings.isLockTimeoutElsewhere,
  }
  const results = await Promise.all(checkers.map((checker) => resultOf(checker, sources.files, context)))
  const found = inOrder(results.flatMap(({ findings }) => findings).filter(({ rule }) => isOn(rule)))
  const judged = judge(withSeverities(found, settings), sources.files, { ids, isOn })
  const findings = inOrder(judged.findings)
  const byPath = new Map(sources.files.map((file) => [file.path, file]))
  const all = inOrder([...findings, ...judged.suppressed.map(({ finding }) => finding)])
  return {
    root: sources.root,
    settings,
    findings,
    suppressed: judged.suppressed,
    notes: [...sources.notes, ...results.flatMap(({ notes }) => notes), ...judged.notes],
    sources: byPath,
    fingerprints: fingerprintsOf(all, byPath),
    filesRead: sources.files.length,
    linesRead: sources.lines,
    elapsedMs: performance.now() - startedAtMs,
  }
}

function withSeverities(findings: readonly Finding[], { rules }: Settings): readonly Finding[] {
  return findings.map((finding) => {
    const severity = rules.get(finding.rule)
    return severity === undefined || severity === 'off' ? finding : { ...finding, severity }
  })
}

/** What a checker throws is a defect of ours: the others go on, and the user is told. */
async function resultOf(
  checker: Checker,
  files: readonly SourceFile[],
  context: CheckContext,
): Promise<CheckResult> {
  if (!checker.rules.some(({ id }) => context.isOn(id))) return { findings: [], notes: [] }
  try {
    return await checker.check(files, context)
  } catch (error) {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error)
    const message = `a defect of the reviewer: ${checker.name} gave up, and what it looks for was not reported: ${reason}`
    return { findings: [], notes: [{ file: '.', message, isDefect: true }] }
  }
}
