/** `job`: work outside of any command (mail, other services, long computations), handed over by `tx.enqueue`. */
import { RETRY, TIMEOUT_MS, type Job, type Retry } from '../jobs/job.js'
import type { AnySchema, Value } from '../schema/any-schema.js'
import type { Log } from '../telemetry/log.js'
import type { Actor } from './actor.js'
import type { Services } from './context.js'
import type { Operation } from './definition.js'
import type { ExecuteOptions } from './execute.js'

/** How a job executes an operation. */
export interface JobExecuteOptions {
  /** On whose behalf. Default: nobody's, which only `allow: anyone` lets in; an operation without `http` is not public. */
  readonly as?: Actor | null
  /**
   * Names this step of the job. Default: the operation's name and how many times the attempt has executed it. The same step
   * of another attempt gets the answer that the first one got.
   */
  readonly step?: string
  /** Only where the row is at this version, as of `server.execute`. */
  readonly ifVersion?: ExecuteOptions['ifVersion']
}

/** Runs an operation of the application. A command takes effect once, however many attempts the job needs. */
export type JobExecute = <I, O>(
  operation: Operation<I, O>,
  input: NoInfer<I>,
  options?: JobExecuteOptions,
) => Promise<O>

/** What a job's handler is given. */
export interface JobContext<V> {
  /** As it was handed over. */
  readonly input: V
  /** The job's id: the same in each attempt, so that others can tell a repetition. */
  readonly id: string
  /** From 1. */
  readonly attempt: number
  /** Aborted when the attempt's time is over, when the job is cancelled or given to another process, or when the process stops. */
  readonly signal: AbortSignal
  readonly execute: JobExecute
  /** `fetch`, which ends with `signal`. */
  readonly http: typeof fetch
  /** The trace of the request that handed the job over, and the attempt in it where it is a span (W3C Trace Context); undefined where there was none. */
  readonly traceparent: string | undefined
  /** A log whose lines carry the job, the attempt and the trace. */
  readonly log: Log
  readonly services: Services
  /** Ends the job as dead at once: no further attempt would change anything. */
  readonly giveUp: (reason: string) => never
}

export interface JobDefinition<S extends AnySchema<unknown, unknown>> {
  /** What is handed over. Checked when it is, and again when it runs: the schema may have changed meanwhile. */
  readonly input: S
  /** What happens to attempts that fail. Default: 10 attempts, 5 s after the first, doubling up to an hour. */
  readonly retry?: Retry
  /** Time of one attempt, in milliseconds. Default 60,000. Then `signal` is aborted, and the attempt has failed. */
  readonly timeoutMs?: number
  /** May run more than once: a process may end before it could say that the job is done. */
  readonly run: (context: JobContext<Value<S>>) => Promise<void> | void
}

/** Declares a job. `name` is stable, such as `receipts.send`: what waits in the database refers to it. */
export function job<S extends AnySchema<unknown, unknown>>(
  name: string,
  { input, retry, timeoutMs = TIMEOUT_MS, run }: JobDefinition<S>,
): Job<Value<S>> {
  const definition = Object.freeze({ input, retry: Object.freeze({ ...RETRY, ...retry }), timeoutMs, run })
  return Object.freeze({ kind: 'job', name, definition })
}
