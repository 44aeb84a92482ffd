/** The outcome of an operation as it leaves: status, body text, and what goes into headers. */
import type { StoredAnswer } from '../idempotency/claim.js'
import type { KeelsonError } from '../errors.js'
import type { AnswerHeaders } from './answer-headers.js'
import { problemOf, publicError, retryAfterSeconds, type Problem } from './problem.js'

export interface Answer extends StoredAnswer {
  /** Given before, under the same Idempotency-Key. */
  readonly replayed: boolean
  /** Why it is no success; undefined for successes and replays. */
  readonly error: KeelsonError | undefined
  readonly retryAfterSeconds: number | undefined
}

/** How problems become text. Default: JSON. */
export type RenderProblem = (problem: Problem) => unknown

export const success = (status: number, body: string | null, headers: AnswerHeaders | undefined): Answer => ({
  status,
  headers,
  body,
  replayed: false,
  error: undefined,
  retryAfterSeconds: undefined,
})

export const replay = ({ status, headers, body }: StoredAnswer): Answer => ({
  status,
  headers,
  body,
  replayed: true,
  error: undefined,
  retryAfterSeconds: undefined,
})

/** Whatever was thrown, as an answer. */
export function refusal(thrown: unknown, requestId: string, render: RenderProblem): Answer {
  const error = publicError(thrown)
  return {
    status: error.status,
    headers: undefined,
    body: JSON.stringify(render(problemOf(error, requestId))),
    replayed: false,
    error,
    retryAfterSeconds: retryAfterSeconds(error),
  }
}
