/**
 * One request to execute a command, as the engine sees it: a handler that may be run again, and what becomes of its
 * outcome inside the commit.
 */
import type { Facts } from './facts.js'
import type { Outcome } from './outcome.js'
import type { EffectRow, EffectTable } from './port.js'
import type { Transaction } from './transaction.js'

/** A once-only key (idempotency): taken with the group's locks, its answer stored in the group's commit. */
export interface Claim<A> {
  readonly table: EffectTable
  /** A signed 64-bit number as text; equal keys have equal locks. */
  readonly lock: string
  /** The key by which a stored row is found. */
  readonly key: string
  /** A row was stored under this key before: the answer to give instead of running. */
  recall(stored: EffectRow): A
  /** The row to store for this answer; undefined where this answer must not be remembered. */
  record(answer: A): EffectRow | undefined
  /** The key is held by another transaction that is still running after the wait (at most `waitMs`). */
  busy(): A
}

export interface Invocation<R = unknown, A = unknown> {
  /** The command's name: what the engine learns of it (runs solo, its tables) is kept under this name. */
  readonly name: string
  /** Runs the handler. Called again, with a fresh `tx`, whenever what it read has changed. */
  run(tx: Transaction): Promise<R>
  /** Turns the accepted outcome into the answer; called once for each outcome that is about to be committed. */
  answer(outcome: Outcome<R>): A
  readonly claim?: Claim<A>
  /** Where to note what becomes of it. */
  readonly facts?: Facts
  /** Only members with equal group keys share a group. Default: ''. */
  readonly groupKey?: string | undefined
}
