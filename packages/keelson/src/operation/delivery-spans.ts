/**
 * A subscriber's handling of an event as a span of the trace that emitted it, where tracing is on. Events of one commit have a
 * span each, from the first handler to the commit: what undoes the commit has failed them all.
 */
import { KeelsonError } from '../errors.js'
import type { MarkedEvent } from '../events/subscription.js'
import type { ProcessSpan, Tracing } from '../telemetry/tracing.js'

/** Handles events, each in its span. */
type Handle = (events: readonly MarkedEvent[], spans: readonly ProcessSpan[]) => Promise<void>

export async function traceDelivery(
  tracing: Tracing,
  subscriber: string,
  events: readonly MarkedEvent[],
  handle: Handle,
): Promise<void> {
  const spans = events.map(({ event: { name, position, traceparent } }) =>
    tracing.process(subscriber, traceparent, {
      'messaging.system': 'keelson',
      'messaging.destination.name': name,
      'keelson.event.position': position,
    }),
  )
  try {
    await handle(events, spans)
  } catch (error) {
    for (const span of spans) span.end(errorTypeOf(error))
    throw error
  }
  for (const span of spans) span.end()
}

/** A code, or the name of what a handler threw: what an error says may be nobody's business. */
function errorTypeOf(error: unknown): string {
  if (!(error instanceof KeelsonError)) return error instanceof Error ? error.name : '_OTHER'
  return error.code === 'internal' && error.cause instanceof Error ? error.cause.name : error.code
}
