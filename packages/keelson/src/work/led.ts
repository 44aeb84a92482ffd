/** Work that one process does at a time, the one which holds the lease of its name; the others stand by. */
import type { Lease, Leases } from './lease.js'
import type { Work } from './worker.js'

/** What the holder of a lease does. */
export interface LedWork {
  /** Of the lease, and for logs. */
  readonly name: string
  readonly wakeOn: readonly string[]
  /**
   * One round, as `Work.runOnce`. The first round with a lease begins anew: what was remembered may be out of date.
   * `signal` is aborted when the worker must stop or the lease is lost.
   */
  lead(lease: Lease, signal: AbortSignal): Promise<number>
}

/** Longest wait for a lease: its holder may give it back at any time. */
const STANDBY_MS = 1000

export class Led implements Work {
  readonly name: string
  readonly wakeOn: readonly string[]
  readonly #work: LedWork
  readonly #leases: Leases
  #lease: Lease | undefined
  #standbyUntilMs = 0

  constructor(work: LedWork, leases: Leases) {
    this.name = work.name
    this.wakeOn = work.wakeOn
    this.#work = work
    this.#leases = leases
  }

  async runOnce(signal: AbortSignal): Promise<number> {
    if (this.#lease === undefined || !this.#lease.isHeld) {
      this.#lease?.lose()
      this.#lease = undefined
      // Who stands by is woken like the holder, and must not ask each time.
      const leftMs = this.#standbyUntilMs - performance.now()
      if (leftMs > 0) return leftMs
      const taken = await this.#leases.tryTake(this.name)
      if (typeof taken === 'number') {
        const restMs = Math.min(taken + 10, STANDBY_MS)
        this.#standbyUntilMs = performance.now() + restMs
        return restMs
      }
      this.#lease = taken
    }
    const lease = this.#lease
    return this.#work.lead(lease, AbortSignal.any([signal, lease.lost]))
  }

  async close(): Promise<void> {
    await this.#lease?.release()
  }
}
