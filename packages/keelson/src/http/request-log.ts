/** One line a request, at `info`. Where the log is quieter than that, requests do no work for it at all. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Call } from '../operation/call.js'
import type { Log } from '../telemetry/log.js'
import { loggedFacts } from './server-timing.js'
import { traceOfRequest } from './trace.js'

/** Where the call is left for the log. */
const CALL = Symbol('call')

interface Attributed {
  [CALL]?: Call | null
}

/** Notes whose request it is, and what becomes of it. */
export function attribute(request: FastifyRequest, call: Call): void {
  ;(request as Attributed)[CALL] = call
}

export function logRequests(fastify: FastifyInstance, log: Log): void {
  if (!log.isLevelEnabled('info')) return
  // These fields hold no secrets; the search for them would cost more than the rest of the line.
  const plain = log.child({}, { redact: [] })
  fastify.decorateRequest(CALL, null)
  fastify.addHook('onResponse', (request, reply, done) => {
    const call = (request as Attributed)[CALL]
    plain.info(
      {
        requestId: request.id,
        traceId: traceOfRequest(request).traceId,
        actor: call?.actor?.id,
        method: request.method,
        route: request.routeOptions.url ?? null,
        status: reply.statusCode,
        durationMs: Math.round(reply.elapsedTime * 100) / 100,
        ...(call?.facts === undefined ? {} : loggedFacts(call.facts)),
      },
      'request',
    )
    done()
  })
}
