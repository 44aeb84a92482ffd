/**
 * What the engine did with one command, for its log line and its `Server-Timing`: a few numbers, counted as things happen.
 * Nothing is decided by them, so that they may read the process's own stopwatch.
 */

/** Where a command's time goes, in this order; what comes again (another group, another run) adds up. */
export const PHASES = ['speculate', 'queue', 'lock', 'accept', 'flush', 'solo'] as const
export type Phase = (typeof PHASES)[number]

export class Facts implements Record<Phase, number> {
  /** Its handler runs, reading in waves, without locks. Milliseconds, like all phases. */
  speculate = 0
  /** It waits for a group, or for its turn to run solo. */
  queue = 0
  /** Its group's locks are taken and what they shield is read again. */
  lock = 0
  /** Its group's members are accepted, some of them by another run. */
  accept = 0
  /** Its group's writes are sent and committed. */
  flush = 0
  /** It runs alone in a transaction. */
  solo = 0
  /** Statements that its reads waited for. */
  waves = 0
  /** Runs on what its group had locked, since what it had read before had changed. */
  reruns = 0
  /** Times it was put off to a later group. */
  deferrals = 0
  /** Commands in its latest group, itself included. */
  members = 0
  /** Why it ran solo. */
  soloReason: string | undefined
  /** Its latest group. */
  groupId: string | undefined
  /** By the process's own stopwatch. */
  readonly beganMs = performance.now()
  #sinceMs = this.beganMs

  /** The time since the last phase ended was this one's. */
  spent(phase: Phase, nowMs: number = performance.now()): void {
    this[phase] += nowMs - this.#sinceMs
    this.#sinceMs = nowMs
  }
}

/** For all members of a group at once. */
export function spentTogether(members: Iterable<{ readonly facts: Facts }>, phase: Phase): void {
  const nowMs = performance.now()
  for (const { facts } of members) facts.spent(phase, nowMs)
}
