/**
 * What an error of the database means, told by its SQLSTATE (PostgreSQL manual, appendix A) and never by its text,
 * which is translated and may quote other people's rows.
 */

export interface DatabaseErrorFields {
  readonly code?: string
  readonly constraint?: string
  readonly schema?: string
  readonly table?: string
  readonly column?: string
}

/** The connection is gone, or could not be made: nothing is known beyond that. */
export class ConnectionLost extends Error {
  constructor(cause: unknown) {
    super('The connection to the database was lost.', { cause })
  }
}

/** The error as the server sent it; query builders wrap it as a cause. */
export function serverError(error: unknown): DatabaseErrorFields | undefined {
  for (
    let inner = error, depth = 0;
    typeof inner === 'object' && inner !== null && depth < 4;
    inner = (inner as Error).cause, depth++
  ) {
    const { code } = inner as DatabaseErrorFields
    if ('severity' in inner && typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code))
      return inner as DatabaseErrorFields
  }
  return undefined
}

/** The five-letter code if the server sent this error, otherwise undefined. */
export const sqlStateOf = (error: unknown): string | undefined => serverError(error)?.code

export function isConnectionLoss(error: unknown): boolean {
  if (error instanceof ConnectionLost) return true
  const state = sqlStateOf(error)
  if (state === undefined) return false
  return state.startsWith('08') || state.startsWith('57P') || state === '53300'
}

/** The server undid the work for reasons that may not stand in the way next time. */
export function isTransient(error: unknown): boolean {
  const state = sqlStateOf(error)
  if (state === undefined) return false
  // 40xxx rollback (serialization, deadlock), 55P03 lock timeout, 57014 cancelled or statement timeout, 53xxx resources,
  // 25006 read-only after a failover, 25P03 idle-in-transaction timeout.
  // 0A000 and 26000: a prepared statement that a change of the schema made useless; it is prepared anew.
  if (state === '0A000' || state === '26000') return true
  return (
    state.startsWith('40') ||
    state === '55P03' ||
    state === '57014' ||
    state.startsWith('53') ||
    state === '25006' ||
    state === '25P03'
  )
}

/** A value that does not fit its type, such as NUL in a text (class 22). */
export const isDataError = (error: unknown): boolean => sqlStateOf(error)?.startsWith('22') === true

/** A row or value that the database refuses: integrity (23) and data (22) errors. */
export function isViolation(error: unknown): boolean {
  const state = sqlStateOf(error)
  return state !== undefined && !isConnectionLoss(error) && !isTransient(error)
}
