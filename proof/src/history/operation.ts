/**
 * The history of a run: every request that a client sent, and what it heard. It is all that the checkers know besides the
 * final state of the database, so that they cannot believe more than a client could.
 */

/** What the client heard. `unknown`: nothing, or an answer that leaves it open whether the command took effect. */
export type Outcome =
  | { readonly kind: 'ok'; readonly status: number; readonly body: string }
  /** Declared errors and other definite refusals (4xx): the command had no effect. */
  | { readonly kind: 'refused'; readonly status: number; readonly code: string; readonly body: string }
  /** Connection lost, time-out, 5xx. */
  | { readonly kind: 'unknown'; readonly reason: string }

/** One request and its answer. A retry with the same key is an operation of its own. */
export interface Operation {
  /** Unique in the run, in the order of sending. */
  readonly id: number
  readonly client: number
  readonly workload: string
  /** The operation of the service. */
  readonly name: string
  /** The body as it was sent: JSON data. */
  readonly input: unknown
  /** `Idempotency-Key`. Operations with the same key and name are one command, sent again. */
  readonly key: string | undefined
  /** The application process it was sent to. */
  readonly process: string
  /** Milliseconds since the start of the run, from one monotonic clock. */
  readonly invokedMs: number
  readonly completedMs: number
  readonly outcome: Outcome
}
