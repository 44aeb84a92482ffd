/** One line a request, at `info`. Where the log is quieter than that, requests do no work for it at all. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Log } from '../telemetry/log.js'

/** Where the caller's id is left for the log. */
const CALLER = Symbol('caller')

interface Attributed {
  [CALLER]?: string | null
}

/** Notes whose request it is. */
export function attribute(request: FastifyRequest, callerId: string): void {
  ;(request as Attributed)[CALLER] = callerId
}

export function logRequests(fastify: FastifyInstance, log: Log): void {
  if (!log.isLevelEnabled('info')) return
  // These fields hold no secrets; the search for them would cost more than the rest of the line.
  const plain = log.child({}, { redact: [] })
  fastify.decorateRequest(CALLER, null)
  fastify.addHook('onResponse', (request, reply, done) => {
    plain.info(
      {
        requestId: request.id,
        actor: (request as Attributed)[CALLER] ?? undefined,
        method: request.method,
        route: request.routeOptions.url ?? null,
        status: reply.statusCode,
        durationMs: Math.round(reply.elapsedTime * 100) / 100,
      },
      'request',
    )
    done()
  })
}
