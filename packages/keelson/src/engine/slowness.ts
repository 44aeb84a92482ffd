/**
 * What is known of waiting: which commands have shown that their handlers wait for something outside when they are run
 * again, and what a member carries with it in the slow lane. Knowledge fades, and so does its room: it is a matter of
 * speed alone.
 */
import type { Clock } from '../internal/clock.js'

/** How long that is believed without new evidence: then one run is risked again. */
const BELIEVED_MS = 10_000
/** Commands remembered. */
const NAMES_MAX = 1000

interface Shown {
  share: number
  untilMs: number
}

/**
 * How soon a name counts as one that waits: how much its latest run counts against all before, and from which share on.
 */
export interface Belief {
  readonly weight: number
  readonly share: number
}

/** Commands by how their runs went. */
export class Slowness {
  readonly #clock: Clock
  readonly #belief: Belief
  readonly #names = new Map<string, Shown>()

  constructor(clock: Clock, belief: Belief) {
    this.#clock = clock
    this.#belief = belief
  }

  /** A handler ended at once or had to be waited for. */
  ran(name: string, waited: boolean): void {
    let shown = this.#names.get(name)
    if (shown === undefined) {
      if (!waited) return
      if (this.#names.size >= NAMES_MAX) this.#names.delete(this.#names.keys().next().value!)
      this.#names.set(name, (shown = { share: 0, untilMs: 0 }))
    }
    shown.share += (Number(waited) - shown.share) * this.#belief.weight
    shown.untilMs = this.#clock.now() + BELIEVED_MS
  }

  waits(name: string): boolean {
    const shown = this.#names.get(name)
    return shown !== undefined && shown.share > this.#belief.share && shown.untilMs > this.#clock.now()
  }
}

/** A member of the slow lane. */
export interface Slow {
  /** What it had seen that no longer held: where its next run waits for locks. See `rowId`, `readId`. */
  readonly stale: Set<string>
  /** Whether its handler was seen to wait; otherwise only its reads took long. */
  waits: boolean
  /** Its next run waits for locks at its first read. */
  locksFirst: boolean
}

export const slow = (): Slow => ({ stale: new Set(), waits: false, locksFirst: false })
