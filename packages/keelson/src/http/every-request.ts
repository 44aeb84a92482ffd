/** What holds for each request, whatever serves it: safe headers, the request's id, the length of addresses, CORS. */
import type { FastifyInstance, FastifyReply } from 'fastify'
import { KeelsonError } from '../errors.js'
import { traceparentOf } from '../telemetry/trace-context.js'
import { keepTraces, traceOfRequest } from './trace.js'
import { corsOf, type Cors, type CorsOptions } from './cors.js'

export interface EveryRequestOptions {
  /** Longest address in characters. */
  readonly urlLengthMax: number
  /** How long browsers are to insist on TLS, in seconds; undefined where TLS does not stand in front. */
  readonly hstsSeconds: number | undefined
  readonly cors: CorsOptions | undefined
  /** Headers that operations declare. */
  readonly declaredHeaders: readonly string[]
}

/** Puts the safe headers on an answer. */
export type Dress = (reply: FastifyReply) => void

export function guardEveryRequest(fastify: FastifyInstance, options: EveryRequestOptions): Dress {
  const { urlLengthMax, hstsSeconds } = options
  const cors: Cors | undefined = options.cors && corsOf(options.cors, options.declaredHeaders)
  const safe: Record<string, string> = {
    'x-content-type-options': 'nosniff',
    'content-security-policy': "frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
    ...(hstsSeconds === undefined
      ? {}
      : { 'strict-transport-security': `max-age=${hstsSeconds}; includeSubDomains` }),
  }
  keepTraces(fastify)
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.headers(safe)
    reply.header('x-request-id', request.id)
    reply.header('traceparent', traceparentOf(traceOfRequest(request)))
    if (cors?.(request, reply) === true) {
      reply.code(204).send()
      return
    }
    done(request.raw.url!.length > urlLengthMax ? new KeelsonError('uri_too_long') : undefined)
  })
  return (reply) => void reply.headers(safe)
}
