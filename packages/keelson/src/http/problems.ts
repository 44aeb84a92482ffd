/** Problems that arise before an operation is reached: unknown paths and methods, bodies that cannot be read. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify'
import { KeelsonError, type ErrorCode } from '../errors.js'
import { refusal, type RenderProblem } from '../operation/answer.js'
import type { Log } from '../telemetry/log.js'
import { sendAnswer } from './reply.js'

/** Fastify's codes in terms of ours. */
const BY_CODE: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_JSON_BODY: 'invalid_json',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'invalid_json',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'invalid_request',
  FST_ERR_BAD_URL: 'invalid_request',
  FST_ERR_MAX_PARAM_LENGTH: 'uri_too_long',
  FST_ERR_ASYNC_CONSTRAINT: 'not_found',
}

const METHODS: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE']

export function answerWithProblems(fastify: FastifyInstance, render: RenderProblem, log: Log): void {
  const refuse = (request: FastifyRequest, reply: FastifyReply, error: unknown): void =>
    sendAnswer(reply, request.id, refusal(error, request.id, render))

  fastify.setNotFoundHandler((request, reply) => {
    const isKnown = fastify.supportedMethods.includes(request.method)
    refuse(request, reply, new KeelsonError(isKnown ? 'not_found' : 'method_not_implemented'))
  })
  fastify.setErrorHandler((error: FastifyError, request, reply) => {
    const known = clientError(error)
    if (!(known instanceof KeelsonError) || known.status >= 500)
      log.error({ err: error, requestId: request.id }, 'A request failed.')
    refuse(request, reply, known)
  })
}

/** The error in our terms where the client is at fault; else the error as it is. */
export function clientError(error: FastifyError): Error {
  if (error instanceof KeelsonError) return error
  const code = BY_CODE[error.code]
  if (code !== undefined) return new KeelsonError(code)
  const { statusCode } = error
  return statusCode !== undefined && statusCode >= 400 && statusCode < 500
    ? new KeelsonError('invalid_request')
    : error
}

/** Paths and what they offer, as routes are made from now on; wildcards offer what is behind them. */
export function collectOffered(fastify: FastifyInstance): ReadonlyMap<string, ReadonlySet<string>> {
  const offered = new Map<string, Set<string>>()
  fastify.addHook('onRoute', ({ method, url, constraints }) => {
    if (url.includes('*') || Object.keys(constraints ?? {}).length > 0) return
    const methods = offered.get(url) ?? new Set()
    offered.set(url, methods)
    for (const each of [method].flat()) methods.add(each)
  })
  return offered
}

/** Answers, on every path, OPTIONS with `Allow` and 405 for the other methods that it does not offer. */
export function refuseOtherMethods(
  fastify: FastifyInstance,
  offered: ReadonlyMap<string, ReadonlySet<string>>,
  render: RenderProblem,
): void {
  for (const [url, present] of offered) {
    const others = METHODS.filter((method) => !present.has(method))
    if (others.length === 0) continue
    const allow = [...present, ...(present.has('OPTIONS') ? [] : ['OPTIONS'])].join(', ')
    fastify.route({
      method: others,
      url,
      // Before the body is read: what is in it does not matter.
      onRequest: (request, reply) => {
        reply.header('allow', allow)
        if (request.raw.method === 'OPTIONS') reply.code(204).send()
        else
          sendAnswer(reply, request.id, refusal(new KeelsonError('method_not_allowed'), request.id, render))
      },
      handler: () => undefined,
    })
  }
}
