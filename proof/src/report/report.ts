/** The report of a run: what `--json` writes and the page shows. Its schema is described in proof/README.md. */
import type { Finding } from '../checker/finding.js'
import type { Environment } from './environment.js'
import type { Percentiles } from './latencies.js'
import type { TimelineData } from './timeline.js'

export interface Report {
  /** Raised when a field changes its meaning. */
  readonly schema: 1
  readonly verdict: Verdict
  readonly environment: Environment
  readonly options: ReportedOptions
  readonly seconds: number
  /** By workload; requests of the switches' runs are not among them. */
  readonly workloads: readonly WorkloadRecord[]
  readonly latency: {
    readonly overall: Percentiles
    readonly duringFaults: Percentiles
    readonly withoutFaults: Percentiles
  }
  readonly rounds: readonly RoundRecord[]
  readonly faults: readonly FaultRecord[]
  /** Faults that cannot be made on this machine. */
  readonly unavailable: readonly { readonly name: string; readonly why: string }[]
  readonly switches: readonly SwitchRecord[]
  /** The first hundred. */
  readonly findings: readonly FindingRecord[]
  readonly findingsOmitted: number
  /** What went wrong with the proof itself: the run then has proved nothing, even without findings. */
  readonly problems: readonly { readonly atMs: number; readonly where: string; readonly message: string }[]
  /** What the world said on its way, the last 500. */
  readonly notes: readonly { readonly atMs: number; readonly message: string }[]
  readonly timeline: TimelineData
}

/** `interrupted`: without a finding until then. */
export type Verdict = 'holds' | 'broken' | 'interrupted' | 'failed'

export interface ReportedOptions {
  readonly seeds: readonly number[]
  readonly minutes: number | undefined
  readonly processes: number
  readonly clients: number
  readonly workloads: readonly string[]
  readonly faults: readonly string[]
}

export interface WorkloadRecord {
  readonly name: string
  readonly ok: number
  readonly refused: number
  readonly unknown: number
  readonly latency: Percentiles
}

/** Times are milliseconds since the start of the run. */
export interface RoundRecord {
  readonly seed: number
  readonly round: number
  readonly faults: readonly string[]
  readonly beganMs: number
  readonly endedMs: number
  /** How long the system took to come to rest; null where the round did not get that far. */
  readonly drainMs: number | null
  /** How long the workloads' checks took; null where there were none. */
  readonly checkMs: number | null
}

export interface FaultRecord {
  readonly name: string
  readonly what: string
  readonly seed: number
  readonly round: number
  readonly beganMs: number
  readonly endedMs: number
  /** It could not be made or mended. */
  readonly error: string | undefined
}

export interface FindingRecord extends Finding {
  readonly atMs: number
  readonly seed: number
  readonly round: number
  /** Those of its round. */
  readonly faults: readonly string[]
  /** The command that replays its schedule. */
  readonly replay: string
}

export interface SwitchRecord {
  readonly name: string
  readonly what: string
  readonly seed: number
  readonly expects: readonly string[]
  /** What was found, most telling first. */
  readonly found: readonly string[]
  readonly caught: boolean
  readonly seconds: number
  readonly operations: number
  /** The first finding that was expected, or else the first. */
  readonly example: Finding | undefined
}
