/** From an error of the server to the violation it means. */
import { isViolation, serverError, sqlStateOf } from '../../postgres/sqlstate.js'
import type { Violation } from '../port.js'

export function violationOf(error: unknown): Violation | undefined {
  if (!isViolation(error)) return undefined
  const { constraint, schema, table, column } = serverError(error)!
  return {
    sqlState: sqlStateOf(error)!,
    ...(constraint === undefined ? {} : { constraint }),
    ...(table === undefined ? {} : { table: `${schema}.${table}` }),
    ...(column === undefined ? {} : { columns: [column] }),
  }
}
