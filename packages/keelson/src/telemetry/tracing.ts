/**
 * Spans, by the interface of OpenTelemetry alone (`@opentelemetry/api`): where the application has set up an SDK they go
 * where it says, where it has not there is no tracing, and nobody does anything for it. The interface is a package that
 * applications bring along with their SDK.
 */
import type { Attributes, Context, Span, Tracer } from '@opentelemetry/api'
import { spanNamedBy, traceparentOf, type TraceContext } from './trace-context.js'

type Api = typeof import('@opentelemetry/api')

/** A stretch of work, told when it is over. All times are of the process's own stopwatch, in milliseconds. */
export interface PastWork {
  readonly name: string
  readonly beganMs: number
  /** What it consisted of, one after the other. */
  readonly parts: readonly { readonly name: string; readonly durationMs: number }[]
  readonly attributes: Attributes
}

export interface RequestSpan {
  readonly trace: TraceContext
  /** Runs work as a part of it: spans that are made there belong to it. */
  within<T>(work: () => T): T
  /** Undefined route: nothing is served there. */
  end(route: string | undefined, status: number): void
}

/** Work on what a request has left in the database. */
export interface ProcessSpan {
  /** For what this work leaves behind, and for whom it calls. */
  readonly traceparent: string
  /** Runs work as a part of it: spans that are made there belong to it. */
  within<T>(work: () => T): T
  /** With a short word for what went wrong, where something did. */
  end(errorType?: string): void
}

/** Undefined where no SDK is set up by now, or the interface is not installed. */
export async function openTracing(): Promise<Tracing | undefined> {
  const api = await import('@opentelemetry/api').catch((error: unknown) => {
    if ((error as { code?: string }).code === 'ERR_MODULE_NOT_FOUND') return undefined
    throw error
  })
  if (api === undefined) return undefined
  const provider = api.trace.getTracerProvider()
  // Until an SDK is set up there is only a stand-in, which has nobody behind it.
  if ('getDelegateTracer' in provider) {
    const standIn = provider as InstanceType<Api['ProxyTracerProvider']>
    if (standIn.getDelegateTracer('keelson') === undefined) return undefined
  }
  return new Tracing(api, provider.getTracer('keelson'))
}

export class Tracing {
  readonly #api: Api
  readonly #tracer: Tracer

  constructor(api: Api, tracer: Tracer) {
    this.#api = api
    this.#tracer = tracer
  }

  /** A request: in the span around it where there is one (of the SDK's own instrumentation), else in its sender's trace. */
  request(
    method: string,
    path: string,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): RequestSpan {
    const { context, trace, SpanKind, SpanStatusCode } = this.#api
    const isInner = trace.getSpan(context.active()) !== undefined
    const around = isInner ? context.active() : this.#senderOf(headers)
    const span = this.#tracer.startSpan(
      method,
      {
        kind: isInner ? SpanKind.INTERNAL : SpanKind.SERVER,
        attributes: { 'http.request.method': method, 'url.path': path },
      },
      around,
    )
    const inside = trace.setSpan(around, span)
    return {
      trace: contextOf(span),
      within: (work) => context.with(inside, work),
      end: (route, status) => {
        span.updateName(route === undefined ? method : `${method} ${route}`)
        if (route !== undefined) span.setAttribute('http.route', route)
        span.setAttribute('http.response.status_code', status)
        if (status >= 500) {
          span.setAttribute('error.type', String(status))
          span.setStatus({ code: SpanStatusCode.ERROR })
        }
        span.end()
      },
    }
  }

  /** The span in which the application's own code is running now. */
  active(): TraceContext | undefined {
    const { context, trace, isSpanContextValid } = this.#api
    const span = trace.getSpan(context.active())
    return span !== undefined && isSpanContextValid(span.spanContext()) ? contextOf(span) : undefined
  }

  /** In the trace that whoever left the work has stored with it; a trace of its own where none is. */
  process(name: string, traceparent: string | null, attributes: Attributes): ProcessSpan {
    const { context, trace, SpanKind, SpanStatusCode } = this.#api
    const around = this.#within(traceparent ?? undefined)
    const span = this.#tracer.startSpan(`${name} process`, { kind: SpanKind.CONSUMER, attributes }, around)
    const inside = trace.setSpan(around, span)
    return {
      traceparent: traceparentOf(contextOf(span)),
      within: (work) => context.with(inside, work),
      end: (errorType) => {
        if (errorType !== undefined) {
          span.setAttribute('error.type', errorType)
          span.setStatus({ code: SpanStatusCode.ERROR })
        }
        span.end()
      },
    }
  }

  /** Work that is over, inside of what goes on now. */
  past({ name, beganMs, parts, attributes }: PastWork): void {
    const { context, trace } = this.#api
    const startTime = epochMs(beganMs)
    const whole = this.#tracer.startSpan(name, { startTime, attributes }, context.active())
    const inside = trace.setSpan(context.active(), whole)
    let atMs = startTime
    for (const part of parts) {
      const span = this.#tracer.startSpan(part.name, { startTime: atMs }, inside)
      atMs += part.durationMs
      span.end(atMs)
    }
    whole.end(atMs)
  }

  /** By whatever headers the SDK reads; by the W3C's where it reads none. */
  #senderOf(headers: Readonly<Record<string, string | string[] | undefined>>): Context {
    const { propagation, trace, ROOT_CONTEXT } = this.#api
    const extracted = propagation.extract(ROOT_CONTEXT, headers)
    if (trace.getSpanContext(extracted) !== undefined) return extracted
    const { traceparent } = headers
    return this.#within(typeof traceparent === 'string' ? traceparent : undefined)
  }

  /** The span that a `traceparent` names, which may be of another process; none where it is not valid. */
  #within(traceparent: string | undefined): Context {
    const { trace, ROOT_CONTEXT, TraceFlags } = this.#api
    const named = spanNamedBy(traceparent)
    if (named === undefined) return ROOT_CONTEXT
    return trace.setSpanContext(ROOT_CONTEXT, {
      traceId: named.traceId,
      spanId: named.spanId,
      traceFlags: named.isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
      isRemote: true,
    })
  }
}

function contextOf(span: Span): TraceContext {
  const { traceId, spanId, traceFlags } = span.spanContext()
  return { traceId, spanId, parentId: undefined, isSampled: (traceFlags & 1) === 1 }
}

const epochMs = (stopwatchMs: number): number => performance.timeOrigin + stopwatchMs
