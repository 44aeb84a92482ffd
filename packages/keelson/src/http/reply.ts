/** Puts an answer on the wire: status, headers, and the body's text as it is. */
import type { FastifyReply } from 'fastify'
import { sendText } from './compression.js'
import { JSON_TYPE, PROBLEM_TYPE } from './media-types.js'
import type { Answer } from '../operation/answer.js'

export function sendAnswer(reply: FastifyReply, requestId: string, answer: Answer): void {
  const { status, body } = answer
  reply.code(status)
  reply.header('x-request-id', requestId)
  const { headers } = answer
  for (const name in headers) reply.header(name, headers[name])
  // Answers belong to their caller: nothing between may keep them unless the application says so.
  if (headers?.['cache-control'] === undefined) reply.header('cache-control', 'no-store')
  if (answer.replayed) reply.header('idempotent-replayed', 'true')
  if (answer.retryAfterSeconds !== undefined) reply.header('retry-after', String(answer.retryAfterSeconds))
  if (status === 401) reply.header('www-authenticate', challengeOf(answer))
  if (body === null) {
    reply.send()
    return
  }
  reply.header('content-type', status < 400 ? JSON_TYPE : PROBLEM_TYPE)
  sendText(reply, body)
}

/** RFC 6750: an error is named only where a credential was sent. */
const challengeOf = ({ error }: Answer): string =>
  error !== undefined && error.message !== error.title ? 'Bearer error="invalid_token"' : 'Bearer'
