/**
 * A lane: what a sequence of worlds has in common. A run has one for the faults and one for the switches, since what
 * happens to a service without its protections must not count as the service's.
 */
import type { Journal } from '../report/journal.js'
import { DRAIN, type DrainLimits } from './drain.js'
import type { Parts } from './parts.js'

export interface Lane {
  readonly parts: Parts
  /** Names. */
  readonly workloads: readonly string[]
  readonly processes: number
  readonly clients: number
  readonly longTransactionMs: number
  readonly journal: Journal
  /** Aborted when the run is broken off. */
  readonly signal: AbortSignal
  /** Milliseconds since the start of the run. */
  readonly nowMs: () => number
  readonly limits: Limits
}

/** Whatever hangs beyond these is a problem of the proof, not a finding. */
export interface Limits {
  readonly drain: DrainLimits
  readonly openMs: number
  readonly faultMs: number
  readonly checkMs: number
  readonly closeMs: number
}

export const LIMITS: Limits = {
  drain: DRAIN,
  openMs: 60_000,
  faultMs: 600_000,
  checkMs: 120_000,
  closeMs: 30_000,
}

export const wordsFor = (error: unknown): string => (error instanceof Error ? error.message : String(error))
