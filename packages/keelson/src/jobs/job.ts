/**
 * What `job` returns: work that commands hand over in their commit and that workers do afterwards, once it has come to an
 * end. Inside, definitions are kept with their types erased.
 */
import type { AnySchema } from '../schema/any-schema.js'

declare const inputType: unique symbol

/** `I` is the input as `tx.enqueue` takes it and as the handler gets it. */
export interface Job<I = unknown> {
  readonly kind: 'job'
  /** Stable: what waits in the database refers to it. */
  readonly name: string
  readonly definition: ErasedJob
  readonly [inputType]?: I
}

export interface ErasedJob {
  readonly input: AnySchema<unknown, unknown>
  readonly retry: Required<Retry>
  /** Milliseconds. */
  readonly timeoutMs: number
  readonly run: (context: never) => unknown
}

/** What happens to attempts that fail. */
export interface Retry {
  /** Attempts until the job is dead, the first one included; 1 to 1,000. Default 10. */
  readonly attemptsMax?: number
  /** Wait before the second attempt, in milliseconds; doubles each time, half of it at random. Default 5,000. */
  readonly delayMs?: number
  /** Longest wait between two attempts, in milliseconds. Default 3,600,000, an hour. */
  readonly delayMaxMs?: number
}

export const RETRY: Required<Retry> = Object.freeze({
  attemptsMax: 10,
  delayMs: 5_000,
  delayMaxMs: 3_600_000,
})

export const TIMEOUT_MS = 60_000
export const ATTEMPTS_MAX = 1_000
/** A timer of Node holds no more (2^31 - 1 ms, 24 days). */
export const TIMEOUT_MAX_MS = 2_147_483_647

/** When a job that was handed over shall run. Default: at once. */
export interface EnqueueOptions {
  /** Not before so many milliseconds after the commit, on the clock of the database. */
  readonly delayMs?: number
  /** Not before this moment, on the clock of the database. */
  readonly runAt?: Date
}
