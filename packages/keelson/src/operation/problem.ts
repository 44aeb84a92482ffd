/** Errors as `application/problem+json` (RFC 9457). What went wrong inside stays inside. */
import { ERRORS, KeelsonError } from '../errors.js'
import { isConnectionLoss, isDataError, isTransient } from '../postgres/sqlstate.js'

export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  /** What is particular to this occurrence; absent where the title says it all. */
  readonly detail?: string
  /** Stable: programs decide by it. */
  readonly code: string
  readonly requestId: string
  readonly [member: string]: unknown
}

/** Errors of status 500 that say what they are: the first to any caller, the second exists in development only. */
const SHOWN: readonly string[] = ['output_invalid', 'handler_not_repeatable']

/** Errors of the server that tell their caller more than their title. */
const TELLING: readonly string[] = ['outcome_unknown', 'handler_not_repeatable']

/** Whatever was thrown, as the error that callers may see. */
export function publicError(error: unknown): KeelsonError {
  if (!(error instanceof KeelsonError)) {
    // As the engine has it for commands: what a caller sent did not fit where a query put it.
    if (isDataError(error)) return new KeelsonError('value_out_of_range', { cause: error })
    const mayPass = isConnectionLoss(error) || isTransient(error)
    return new KeelsonError(mayPass ? 'database_unavailable' : 'internal', { cause: error })
  }
  const hidden = !error.declared && error.status === 500 && !SHOWN.includes(error.code)
  return hidden ? new KeelsonError('internal', { cause: error }) : error
}

export function problemOf(error: KeelsonError, requestId: string): Problem {
  const tells = error.declared || error.status < 500 || TELLING.includes(error.code)
  const tellsMore = error.message !== error.title && tells
  const tellsDetails = error.details !== undefined && tells
  return {
    type: 'about:blank',
    title: error.title,
    status: error.status,
    ...(tellsMore ? { detail: error.message } : {}),
    code: error.code,
    requestId,
    ...(tellsDetails ? error.details : {}),
  }
}

/** Seconds after which the same request may succeed; undefined where that is no matter of time. */
export const retryAfterSeconds = (error: KeelsonError): number | undefined =>
  error.retryable && error.status !== ERRORS.timeout.status ? 1 : undefined
