/** An attempt as a span of the trace that handed its job over, where tracing is on. */
import type { ProcessSpan, Tracing } from '../telemetry/tracing.js'
import type { ClaimedJob } from './claim.js'
import type { Outcome } from './outcome.js'
import type { RunJob } from './running-job.js'

export type TraceAttempt = (claimed: ClaimedJob) => ProcessSpan

export const traceAttempts =
  (tracing: Tracing): TraceAttempt =>
  ({ name, id, attempt, traceparent }) =>
    tracing.process(name, traceparent, { 'keelson.job.id': id, 'keelson.job.attempt': attempt })

/** The handler runs in the span, and what it hands on goes on from there. */
export const runIn =
  (span: ProcessSpan, run: RunJob): RunJob =>
  (job, claimed, signal) =>
    span.within(() => run(job, { ...claimed, traceparent: span.traceparent }, signal))

/** What is handed back is no failure. */
export const errorTypeOf = ({ kind }: Outcome): string | undefined =>
  kind === 'failed' || kind === 'dead' ? kind : undefined
