/**
 * Whether groups are likely to find the rows as they were speculated. Where other processes write the same rows they are
 * not, and a burst that fails costs a round trip: then groups lock first, and try again after a while.
 */
import type { Clock } from '../internal/clock.js'

/** How much the latest burst counts against all before. */
const WEIGHT = 0.1
/** Share of disturbed bursts from which on they do not pay. */
const SHARE_MAX = 0.3
const PAUSE_MS = 1000

export class Calm {
  readonly #clock: Clock
  #share = 0
  #untilMs = -Infinity

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get holds(): boolean {
    return this.#clock.now() >= this.#untilMs
  }

  burst(disturbed: boolean): void {
    this.#share += (Number(disturbed) - this.#share) * WEIGHT
    if (this.#share <= SHARE_MAX) return
    this.#untilMs = this.#clock.now() + PAUSE_MS
    // The next few decide anew.
    this.#share = SHARE_MAX
  }
}
