/** What goes wrong on the way to the database, and how often (each a probability from 0 to 1). */
import type { Seeded } from '../seeded.js'

export interface FaultRates {
  /** A wave fails, for a reason that may pass. */
  readonly wave: number
  /** A wave's answer is long under way. */
  readonly slowWave: number
  /** Locking fails. */
  readonly lock: number
  /** A statement of the flush fails. */
  readonly flush: number
  /** The answer to COMMIT is lost; the commit may have happened, may happen later, or never. */
  readonly lost: number
  /** The primary cannot be asked for the fate of a group. */
  readonly resolve: number
}

export const NO_FAULTS: FaultRates = { wave: 0, slowWave: 0, lock: 0, flush: 0, lost: 0, resolve: 0 }

export class Faults {
  readonly #rates: FaultRates
  readonly seeded: Seeded

  constructor(rates: FaultRates, seeded: Seeded) {
    this.#rates = rates
    this.seeded = seeded
  }

  strikes(kind: keyof FaultRates): boolean {
    const rate = this.#rates[kind]
    return rate > 0 && this.seeded.chance(rate)
  }
}
