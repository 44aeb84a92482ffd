/** A span for each request, where tracing is on; where it is not, nothing here is ever called. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { RequestSpan, Tracing } from '../telemetry/tracing.js'
import { belongsTo } from './trace.js'

const SPAN = Symbol('span')

interface Spanned {
  [SPAN]?: RequestSpan | null
}

/** Whoever looks after a process looks often: that is nobody's request. */
const UNTRACED: ReadonlySet<string> = new Set(['/livez', '/readyz', '/metrics'])

export const spanOf = (request: FastifyRequest): RequestSpan | undefined =>
  (request as Spanned)[SPAN] ?? undefined

/** To be called before other hooks are added: they see the request's trace. */
export function traceRequests(fastify: FastifyInstance, tracing: Tracing): void {
  fastify.decorateRequest(SPAN, null)
  fastify.addHook('onRequest', (request, _reply, done) => {
    // The query string may hold what nobody should keep.
    const path = request.raw.url!.split('?', 1)[0]!
    if (!UNTRACED.has(path)) {
      const span = tracing.request(request.method, path, request.raw.headers)
      ;(request as Spanned)[SPAN] = span
      belongsTo(request, span.trace)
    }
    done()
  })
  fastify.addHook('onResponse', (request, reply, done) => {
    spanOf(request)?.end(request.routeOptions.url, reply.statusCode)
    done()
  })
}
