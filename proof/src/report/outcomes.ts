/** How each fault and each switch of a run fared, over all its rounds. */
import type { Finding } from '../checker/finding.js'
import type { Report } from './report.js'

export interface FaultOutcome {
  readonly name: string
  readonly what: string
  /** How often it was made. */
  readonly times: number
  /** On average. */
  readonly seconds: number
  readonly findings: number
  readonly errors: number
  /** Why it cannot be made here. */
  readonly unavailable: string | undefined
  /** `open`: it never had its turn. */
  readonly state: 'passed' | 'failed' | 'unavailable' | 'open'
}

export function faultOutcomes({ options, faults, findings, unavailable }: Report): FaultOutcome[] {
  return options.faults.map((name) => {
    const made = faults.filter((fault) => fault.name === name)
    const why = unavailable.find((fault) => fault.name === name)?.why
    const errors = made.filter((fault) => fault.error !== undefined).length
    const against = findings.filter((finding) => finding.faults.includes(name)).length
    const totalMs = made.reduce((sum, fault) => sum + fault.endedMs - fault.beganMs, 0)
    return {
      name,
      what: made[0]?.what ?? '',
      times: made.length,
      seconds: made.length === 0 ? 0 : totalMs / made.length / 1000,
      findings: against,
      errors,
      unavailable: why,
      state: stateOf(made.length, against + errors, why),
    }
  })
}

function stateOf(times: number, failures: number, unavailable: string | undefined): FaultOutcome['state'] {
  if (failures > 0) return 'failed'
  if (times > 0) return 'passed'
  return unavailable === undefined ? 'open' : 'unavailable'
}

export interface SwitchOutcome {
  readonly name: string
  readonly what: string
  readonly expects: readonly string[]
  readonly found: readonly string[]
  readonly runs: number
  /** On how many of the runs. */
  readonly caught: number
  readonly missedSeeds: readonly number[]
  readonly slowestSeconds: number
  readonly example: Finding | undefined
}

export function switchOutcomes({ switches }: Report): SwitchOutcome[] {
  return [...new Set(switches.map(({ name }) => name))].map((name) => {
    const runs = switches.filter((broken) => broken.name === name)
    const { what, expects } = runs[0]!
    return {
      name,
      what,
      expects,
      found: [...new Set(runs.flatMap((run) => run.found))],
      runs: runs.length,
      caught: runs.filter((run) => run.caught).length,
      missedSeeds: runs.filter((run) => !run.caught).map((run) => run.seed),
      slowestSeconds: Math.max(...runs.map((run) => run.seconds)),
      example:
        runs.find((run) => run.caught)?.example ?? runs.find((run) => run.example !== undefined)?.example,
    }
  })
}

/** For the last line of `--ci`: never `0 failed` for a run that did not hold. */
export function totals(report: Report): { readonly passed: number; readonly failed: number } {
  const faults = faultOutcomes(report).map((fault) => fault.state)
  const switches = switchOutcomes(report)
  const caught = switches.filter((broken) => broken.caught === broken.runs).length
  const failed = faults.filter((state) => state === 'failed' || state === 'open').length
  return {
    passed: faults.filter((state) => state === 'passed').length + caught,
    failed: Math.max(failed + switches.length - caught, report.verdict === 'holds' ? 0 : 1),
  }
}
