/** The report for programs. Within a `version` fields are added, never changed or removed. */
import type { Finding } from '../finding.js'
import { countBySeverity, type Outcome } from './outcome.js'

const VERSION = 1

export function renderJson(outcome: Outcome): string {
  const { review, findings, hidden, gone, failOn, failing, changes } = outcome
  const told = (finding: Finding) => ({ ...finding, fingerprint: review.fingerprints.get(finding) })
  const report = {
    version: VERSION,
    root: review.root,
    summary: {
      filesRead: review.filesRead,
      linesRead: review.linesRead,
      elapsedMs: Math.round(review.elapsedMs),
      findings: findings.length,
      bySeverity: Object.fromEntries(countBySeverity(findings)),
      failOn,
      failing,
      suppressed: review.suppressed.length,
      hiddenByBaseline: hidden.length,
      changedSince: changes?.base ?? null,
    },
    findings: findings.map(told),
    suppressed: review.suppressed.map(({ finding, reason }) => ({ ...told(finding), reason })),
    goneFromBaseline: gone,
    notes: review.notes,
  }
  return `${JSON.stringify(report, undefined, 2)}\n`
}
