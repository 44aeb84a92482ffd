/**
 * One attempt: the handler with its signal and its time. It comes to exactly one outcome, the first: what a handler does after
 * its time, or after it was given back, changes nothing.
 */
import type { Scheduler } from '../internal/clock.js'
import { failpoint } from '../internal/failpoint.js'
import type { Random } from '../internal/random.js'
import type { ClaimedJob } from './claim.js'
import type { Job } from './job.js'
import { failed, type Outcome } from './outcome.js'

/** Runs a job's handler once. */
export type RunJob = (job: Job, claimed: ClaimedJob, signal: AbortSignal) => Promise<void>

export interface RunningParts {
  readonly run: RunJob
  readonly scheduler: Scheduler
  readonly random: Random
  /** How long a handler may take to end once its time is over, in milliseconds. */
  readonly graceMs: number
  /** Called once, with what it came to. */
  readonly onOutcome: (outcome: Outcome) => void
}

/** Why a handler's signal was aborted. */
export class JobAborted extends Error {
  override readonly name = 'JobAborted'
}

export class RunningJob {
  readonly job: Job
  readonly claimed: ClaimedJob
  readonly #parts: RunningParts
  readonly #controller = new AbortController()
  #cancelTimer: () => void = () => undefined
  /** Set once the process gives the claim up: then a failure is none. */
  #isReleased = false
  #timedOut: JobAborted | undefined
  #ended = false

  constructor(job: Job, claimed: ClaimedJob, parts: RunningParts) {
    this.job = job
    this.claimed = claimed
    this.#parts = parts
  }

  start(): void {
    const { timeoutMs } = this.job.definition
    this.#cancelTimer = this.#parts.scheduler.after(timeoutMs, () => this.#timeOut(timeoutMs))
    this.#parts.run(this.job, this.claimed, this.#controller.signal).then(
      () => {
        failpoint('job-applied')
        // What is done is done, also when it came late.
        this.#end({ kind: 'done' })
      },
      (error: unknown) => this.#end(this.#isReleased ? { kind: 'released' } : this.#failed(error)),
    )
  }

  /**
   * The handler is asked to end; if it does so without success, the attempt does not count. Where the claim is lost already,
   * the database will not count it in any case.
   */
  release(reason: string): void {
    this.#isReleased = true
    this.#controller.abort(new JobAborted(reason))
  }

  /** The handler has not ended, and is not waited for any longer. */
  giveBack(): void {
    this.#end({ kind: 'released' })
  }

  #timeOut(timeoutMs: number): void {
    this.#timedOut = new JobAborted(`The attempt took longer than ${timeoutMs} ms.`)
    this.#controller.abort(this.#timedOut)
    this.#cancelTimer = this.#parts.scheduler.after(this.#parts.graceMs, () =>
      this.#end(this.#failed(this.#timedOut)),
    )
  }

  /** Handlers whose time is over fail in many ways: the time is what is worth telling. */
  #failed(error: unknown): Outcome {
    const { claimed, job } = this
    return failed(this.#timedOut ?? error, claimed.attempt, job.definition.retry, this.#parts.random)
  }

  #end(outcome: Outcome): void {
    if (this.#ended) return
    this.#ended = true
    this.#cancelTimer()
    this.#parts.onOutcome(outcome)
  }
}
