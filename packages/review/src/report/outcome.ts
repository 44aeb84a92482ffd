/** What a run reports: the review after baseline, paths, changed lines and confidence have had their say. Every format is made from it. */
import type { Severity } from '@keelson/rulebook'
import type { RuleInfo } from '../checker.js'
import type { Confidence, Finding } from '../finding.js'
import type { Review } from '../review.js'
import { isAsSureAs, isAtLeast, SEVERITIES, type FailOn } from '../severity.js'
import type { BaselineEntry, Compared } from './baseline.js'
import { isChanged, type Changes } from './changed.js'

export interface Outcome {
  readonly review: Review
  /** Every rule there is, for formats that describe them. */
  readonly rules: readonly RuleInfo[]
  /** What is reported, in order. */
  readonly findings: readonly Finding[]
  /** In the baseline, and so not among `findings`. */
  readonly hidden: readonly Finding[]
  readonly gone: readonly BaselineEntry[]
  readonly failOn: FailOn
  /** At or over `failOn`. */
  readonly failing: number
  /** Undefined where all lines count. */
  readonly changes: Changes | undefined
}

export interface OutcomeOptions {
  readonly rules: readonly RuleInfo[]
  readonly compared: Compared
  readonly failOn: FailOn
  readonly minConfidence: Confidence | undefined
  /** Files or folders from the root, with `/`; empty: everything. */
  readonly paths: readonly string[]
  readonly changes: Changes | undefined
}

export function outcomeOf(review: Review, options: OutcomeOptions): Outcome {
  const { rules, compared, failOn, minConfidence = 'likely', paths, changes } = options
  const isReported = (finding: Finding): boolean =>
    isAsSureAs(finding.confidence, minConfidence) &&
    (paths.length === 0 || paths.some((path) => isWithin(finding.file, path))) &&
    (changes === undefined || isChanged(finding, changes))
  const findings = compared.findings.filter(isReported)
  const failing = findings.filter(({ severity }) => isAtLeast(severity, failOn)).length
  const hidden = compared.hidden.filter(isReported)
  return { review, rules, findings, hidden, gone: compared.gone, failOn, failing, changes }
}

/** Whether `file` is `path`, or below it; the root is the empty path. */
export const isWithin = (file: string, path: string): boolean =>
  path === '' || file === path || file.startsWith(`${path}/`)

/** How many findings of each severity, from what hurts most; only those there are. */
export function countBySeverity(findings: readonly Finding[]): readonly (readonly [Severity, number])[] {
  return SEVERITIES.map(
    (severity) => [severity, findings.filter((finding) => finding.severity === severity).length] as const,
  ).filter(([, count]) => count > 0)
}
