/**
 * A switch turns one protection of the engine off, to show that the harness would notice. It works from outside, by the
 * engine's seams: a store around the store, or another way to accept. Production code knows nothing of switches.
 */
import type { EngineParts } from 'keelson/internals/composition/server'
import type { Anomaly } from '../checker/finding.js'

export interface Switch {
  /** Kebab-case; the value of PROOF_SWITCH. */
  readonly name: string
  /** The protection that is off, in one sentence. */
  readonly what: string
  /** What a run must find; any one of them will do. */
  readonly anomalies: readonly Anomaly[]
  /** The workloads that show it soonest. */
  readonly workloads: readonly string[]
  /** The fault without which nothing can be seen; undefined where load alone shows it. */
  readonly fault: string | undefined
  /** Parts for one server; made anew for each. */
  parts(): EngineParts
}
