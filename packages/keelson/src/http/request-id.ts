/**
 * A request's id: the caller's `X-Request-Id` where it is one that may stand in logs and headers, else one of ours,
 * unique by a random start of the process and a counter.
 */
import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

const ACCEPTABLE = /^[\w.~:+/=-]{1,128}$/

const process = randomBytes(9).toString('base64url')
let count = 0

export const newRequestId = (): string => `${process}-${(count++).toString(36)}`

export function requestIdOf(request: IncomingMessage): string {
  const sent = request.headers['x-request-id']
  return typeof sent === 'string' && ACCEPTABLE.test(sent) ? sent : newRequestId()
}
