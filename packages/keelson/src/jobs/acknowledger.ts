/**
 * Says what became of attempts, in batches: what comes in while one batch is on its way goes with the next, so that a busy
 * worker has few statements and an idle one no delay. What the database cannot be told now is told again, for as long as the
 * process lives; whether it still counts, the database decides.
 */
import type { Scheduler } from '../internal/clock.js'
import { failpoint } from '../internal/failpoint.js'
import { backoffMs, type Random } from '../internal/random.js'
import { isConnectionLoss, isTransient } from '../postgres/sqlstate.js'
import { claimKey } from './claim.js'
import type { Acknowledgement } from './outcome.js'

export interface AcknowledgerParts {
  /** Sends a batch; resolves with the claims (`claimKey`) of those that counted. */
  readonly send: (said: readonly Acknowledgement[]) => Promise<ReadonlySet<string>>
  /** Told of each, with whether it counted. */
  readonly onSettled: (said: Acknowledgement, counted: boolean) => void
  readonly onError: (error: unknown) => void
  readonly scheduler: Scheduler
  readonly random: Random
}

export const BATCH = 500
const RETRY_MAX_MS = 2000
const STOPPED_TRIES = 5

export class Acknowledger {
  readonly #parts: AcknowledgerParts
  #waiting: Acknowledgement[] = []
  #sending: Promise<void> | undefined
  #stopped = false

  constructor(parts: AcknowledgerParts) {
    this.#parts = parts
  }

  say(said: Acknowledgement): void {
    this.#waiting.push(said)
    this.#sending ??= this.#sendAll().finally(() => (this.#sending = undefined))
  }

  /** What the database was not told yet, or has not confirmed. */
  get untold(): readonly Acknowledgement[] {
    return this.#waiting
  }

  /** Resolves once everything was told. */
  async settled(): Promise<void> {
    while (this.#sending !== undefined) await this.#sending
  }

  /** From now on it gives up what the database cannot be told in a few tries: leases run out, and others find it. */
  stop(): void {
    this.#stopped = true
  }

  async #sendAll(): Promise<void> {
    // What becomes ready in this turn goes along.
    await new Promise<void>((resolve) => this.#parts.scheduler.soon(resolve))
    for (let tries = 0; this.#waiting.length > 0;) {
      const batch = this.#waiting.slice(0, BATCH)
      try {
        const counted = await this.#parts.send(batch)
        failpoint('job-acknowledged')
        this.#waiting.splice(0, batch.length)
        for (const said of batch) this.#parts.onSettled(said, counted.has(claimKey(said.job)))
        tries = 0
      } catch (error) {
        tries++
        if (this.#stopped && tries >= STOPPED_TRIES) return
        if (!isConnectionLoss(error) && !isTransient(error)) this.#parts.onError(error)
        await new Promise<void>((resolve) =>
          this.#parts.scheduler.after(backoffMs(tries, this.#parts.random, 20, RETRY_MAX_MS), resolve),
        )
      }
    }
  }
}
