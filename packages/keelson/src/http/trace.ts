/** The trace of a request, told once and kept with it. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { traceOf, type TraceContext } from '../telemetry/trace-context.js'

const TRACE = Symbol('trace')

interface Traced {
  [TRACE]: TraceContext | null
}

export function keepTraces(fastify: FastifyInstance): void {
  fastify.decorateRequest(TRACE, null)
}

/** Of a trace that was told otherwise. */
export function belongsTo(request: FastifyRequest, trace: TraceContext): void {
  ;(request as unknown as Traced)[TRACE] = trace
}

export function traceOfRequest(request: FastifyRequest): TraceContext {
  const kept = request as unknown as Traced
  return (kept[TRACE] ??= traceOf(request.raw.headers['traceparent'] as string | undefined))
}
