/** Conditional reads (RFC 9110, 13): what a client has already is not sent again. */
import type { Answer } from '../operation/answer.js'
import { matchesWeakly } from '../operation/entity-tag.js'
import { insistOn, type Preconditions } from '../operation/preconditions.js'

/** The answer, or 304 without a body. Throws `precondition_failed`. */
export function conditional(answer: Answer, preconditions: Preconditions): Answer {
  const tag = answer.headers?.['etag']
  if (answer.status !== 200 || tag === undefined) return answer
  const { ifNoneMatch } = preconditions
  insistOn({ ...preconditions, ifNoneMatch: undefined }, tag)
  if (ifNoneMatch === undefined || !matchesWeakly(ifNoneMatch, tag)) return answer
  return { ...answer, status: 304, body: null }
}
