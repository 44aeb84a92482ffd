/**
 * A row that carries a version counted up by each change, retraced from the log of its changes: every version exists once,
 * and each value is the one before it plus the change. Two changes that make one version have overwritten each other.
 */
import type { Anomaly, Finding } from '../checker/finding.js'

export interface Change {
  readonly version: number
  readonly value: number
  readonly by: number
  readonly token: string
}

export interface Chain {
  readonly row: string
  readonly initial: number
  readonly changes: readonly Change[]
  /** The row as it stands in the end. */
  readonly final: { readonly version: number; readonly value: number }
}

export function checkChain(workload: string, { row, initial, changes, final }: Chain): Finding[] {
  const findings: Finding[] = []
  const add = (anomaly: Anomaly, message: string, evidence: readonly Change[]): void =>
    void findings.push({
      anomaly,
      workload,
      message,
      evidence: evidence.map((change) => JSON.stringify(change)),
    })
  const sorted = changes.toSorted((left, right) => left.version - right.version)
  let before: Change = { version: 0, value: initial, by: 0, token: 'initial' }
  for (const change of sorted) {
    if (change.version === before.version)
      add('G-single', `Two changes made version ${change.version} of ${row}: one is lost.`, [before, change])
    else if (change.version !== before.version + 1)
      add('lost-effect', `${row} has no version between ${before.version} and ${change.version}.`, [
        before,
        change,
      ])
    else if (change.value !== before.value + change.by)
      add('G-single', `Version ${change.version} of ${row} does not follow from the one before.`, [
        before,
        change,
      ])
    before = change
  }
  if (final.version !== before.version || final.value !== before.value)
    add('lost-effect', `${row} ends as ${JSON.stringify(final)}, its last change is another.`, [before])
  return findings
}

/** Every state that the row ever had, as `version value`. */
export const statesOf = ({ initial, changes }: Chain): ReadonlySet<string> =>
  new Set([`0 ${initial}`, ...changes.map(({ version, value }) => `${version} ${value}`)])
