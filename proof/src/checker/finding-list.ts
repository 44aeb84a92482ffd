/**
 * What one checker gathers. Of each anomaly the first few are kept whole and the others counted: a broken run breaks
 * thousands of promises in the same way, and nobody reads past the first.
 */
import type { Anomaly, Finding } from './finding.js'

/** One list a workload, for checkers that look at a whole history. */
export class FindingLists {
  readonly #lists = new Map<string, FindingList>()

  of(workload: string): FindingList {
    let list = this.#lists.get(workload)
    if (list === undefined) this.#lists.set(workload, (list = new FindingList(workload)))
    return list
  }

  all(): readonly Finding[] {
    return [...this.#lists.values()].flatMap((list) => list.all())
  }
}

/** Of one anomaly in one list. */
const KEPT_MAX = 10

export class FindingList {
  readonly #workload: string
  readonly #kept: Finding[] = []
  readonly #counts = new Map<Anomaly, number>()

  constructor(workload: string) {
    this.#workload = workload
  }

  add(anomaly: Anomaly, message: string, evidence: readonly string[]): void {
    const count = (this.#counts.get(anomaly) ?? 0) + 1
    this.#counts.set(anomaly, count)
    if (count <= KEPT_MAX) this.#kept.push({ anomaly, workload: this.#workload, message, evidence })
  }

  /** The findings in the order of their making, then a line for each anomaly of which there were more. */
  all(): readonly Finding[] {
    const more = [...this.#counts].filter(([, count]) => count > KEPT_MAX)
    return [
      ...this.#kept,
      ...more.map(([anomaly, count]) => ({
        anomaly,
        workload: this.#workload,
        message: `${count - KEPT_MAX} more of this kind were found.`,
        evidence: [],
      })),
    ]
  }
}
