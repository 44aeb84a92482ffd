/** Puts an answer on the wire: status, headers, and the body's text as it is. */
import type { FastifyReply } from 'fastify'
import type { KeelsonError } from '../errors.js'
import { sendText } from './compression.js'
import { JSON_TYPE, PROBLEM_TYPE } from './media-types.js'
import type { Answer } from '../operation/answer.js'

/** `challenge`: of a scheme of one's own, for 401. */
export function sendAnswer(reply: FastifyReply, requestId: string, answer: Answer, challenge?: string): void {
  const { status, body } = answer
  reply.code(status)
  reply.header('x-request-id', requestId)
  const { headers } = answer
  for (const name in headers) reply.header(name, headers[name])
  // Answers belong to their caller: nothing between may keep them unless the application says so.
  if (headers?.['cache-control'] === undefined) reply.header('cache-control', 'no-store')
  if (answer.replayed) reply.header('idempotent-replayed', 'true')
  if (answer.retryAfterSeconds !== undefined) reply.header('retry-after', String(answer.retryAfterSeconds))
  if (status === 401) reply.header('www-authenticate', challenge ?? challengeOf(answer))
  else if (answer.error?.code === 'scope_required' && challenge === undefined)
    reply.header('www-authenticate', insufficient(answer.error))
  if (body === null) {
    reply.send()
    return
  }
  if (headers?.['content-type'] === undefined)
    reply.header('content-type', status < 400 ? JSON_TYPE : PROBLEM_TYPE)
  sendText(reply, body)
}

/** RFC 6750, section 3: at least one parameter, and an error only where a credential was sent. */
const BEARER = 'Bearer realm="api"'

const challengeOf = ({ error }: Answer): string =>
  error !== undefined && error.message !== error.title ? `${BEARER}, error="invalid_token"` : BEARER

const insufficient = ({ details }: KeelsonError): string => {
  const scope = details?.['scope']
  const named =
    typeof scope === 'string' && /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope) ? `, scope="${scope}"` : ''
  return `${BEARER}, error="insufficient_scope"${named}`
}
