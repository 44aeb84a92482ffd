/** What a handler is given. One argument, to be destructured; what is not asked for is not made. */
import type { Reads, TransactionVocabulary } from '../engine/vocabulary.js'
import type { Event } from '../events/event.js'
import type { EnqueueOptions, Job } from '../jobs/job.js'
import type { Log } from '../telemetry/log.js'
import type { Command } from './definition.js'
import type { ErrorDeclarations, Fail } from './declared-errors.js'

/**
 * What the application gives to `app({ services })`. Declared by merging:
 * `declare module 'keelson' { interface Services { readonly mailer: Mailer } }`.
 */
export interface Services {}

/** The request behind an execution; in-process executions have one too. */
export interface RequestInfo {
  /** Sent back as `X-Request-Id`, and part of every log line and problem. */
  readonly id: string
  /** The caller's address; undefined for in-process executions. */
  readonly ip: string | undefined
  /** A header by its name in any case; undefined where it was not sent. */
  header(name: string): string | undefined
  /** The trace and this request in it (W3C Trace Context): give it on, as `traceparent`, to whom you call. */
  readonly traceparent?: string | undefined
}

interface HandlerContext<V, A, E extends ErrorDeclarations> {
  /** The validated input. */
  readonly input: V
  /** The caller; null only under `allow: anyone`. */
  readonly actor: A
  /** Raises a declared error: `fail.outOfStock({ … })`. */
  readonly fail: Fail<E>
  /** The moment of the request. Stays the same when the engine runs a handler again. */
  readonly now: Date
  /** Aborted when the time of the request is over or the process must stop; give it to whatever can be cancelled. */
  readonly signal: AbortSignal
  /** A log whose lines carry the request and the operation. */
  readonly log: Log
  readonly request: RequestInfo
  readonly services: Services
}

export interface CommandContext<V, A, E extends ErrorDeclarations> extends HandlerContext<V, A, E> {
  readonly tx: CommandVocabulary
  /** A fresh UUID (version 7). The n-th call gives the same id when the engine runs a handler again. */
  readonly id: () => string
}

export interface QueryContext<V, A, E extends ErrorDeclarations> extends HandlerContext<V, A, E> {
  readonly db: Reads
}

/** Everything a command may do: reads, writes, effects and calls of other commands. */
export interface CommandVocabulary extends TransactionVocabulary {
  /** Records an event in the command's commit. */
  emit<P>(event: Event<P>, payload: NoInfer<P>): void
  /** Hands a job over in the command's commit, to be done afterwards; returns its id. */
  enqueue<I>(job: Job<I>, input: NoInfer<I>, options?: EnqueueOptions): string
  /**
   * Runs another command inside this one: same commit, same fate. Its input is validated and its `allow` applies; an
   * error it declares fails this command too, caught or not.
   */
  call<I, O>(command: Command<I, O>, input: NoInfer<I>): Promise<O>
}
