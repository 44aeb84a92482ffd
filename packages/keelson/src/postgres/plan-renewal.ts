/**
 * When the plans that a connection keeps are thrown away. A plan made while a table was small, or empty, scans the whole of
 * it forever after, since nothing but an ANALYZE would have the server make another: a service's first day, a bulk load, a
 * queue that is empty most of the time.
 */
import type { Statement } from './burst-query.js'

/** Also reaches the plans that the server keeps for foreign keys. Statements stay prepared. */
export const DISCARD_PLANS: Statement = { text: 'discard plans' }

export const FIRST_MS = 500
export const LONGEST_MS = 30_000

/** Often while a connection is young, and rarely later: planning all of the engine's statements takes some milliseconds. */
export class PlanRenewal {
  #waitMs = FIRST_MS
  #dueMs: number

  constructor(nowMs: number) {
    this.#dueMs = nowMs + FIRST_MS
  }

  /** Whether they should go now; if so, the next time is set. */
  isDue(nowMs: number): boolean {
    if (nowMs < this.#dueMs) return false
    this.#waitMs = Math.min(this.#waitMs * 2, LONGEST_MS)
    this.#dueMs = nowMs + this.#waitMs
    return true
  }
}
