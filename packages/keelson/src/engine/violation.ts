/** From a constraint that Postgres names to the error that a caller understands: which rule, which fields. */
import { KeelsonError, type ErrorCode } from '../errors.js'
import type { Tables } from '../schema/load.js'
import type { TableInfo } from '../schema/table.js'
import type { Attempt } from './attempt.js'
import type { Violation } from './port.js'
import { isUniqueShape } from './shape.js'

const CODES: Readonly<Record<string, ErrorCode>> = {
  '23505': 'unique_violation',
  '23503': 'foreign_key_violation',
  '23514': 'check_violation',
  '23502': 'not_null_violation',
  '23P01': 'exclusion_violation',
  // Raised by RESTRICT, which is a foreign key too.
  '23001': 'foreign_key_violation',
}

/** Data errors (class 22) are values out of range; anything unknown is our fault, not the caller's. */
export function errorOfViolation(violation: Violation, tables: Tables): KeelsonError {
  const code =
    CODES[violation.sqlState] ?? (violation.sqlState.startsWith('22') ? 'value_out_of_range' : 'internal')
  if (code === 'internal') return new KeelsonError('internal', { cause: violation })
  const table = [...tables.values()].find((candidate) => candidate.name === violation.table)
  const fields = table ? fieldsOf(table, violation) : []
  return new KeelsonError(code, {
    details: {
      ...(violation.constraint === undefined ? {} : { constraint: violation.constraint }),
      ...(fields.length > 0 ? { fields } : {}),
    },
    cause: violation,
  })
}

function fieldsOf(table: TableInfo, { constraint, columns }: Violation): string[] {
  if (columns && columns.length > 0) {
    return columns.flatMap((name) => table.columns.find((column) => column.name === name)?.property ?? [])
  }
  const of = (indexes: readonly number[]): string[] => indexes.map((index) => table.columns[index]!.property)
  const known = [...table.uniques, ...table.foreignKeys, ...table.checks].find(
    ({ name }) => name === constraint,
  )
  if (known) return of(known.columns)
  return constraint === table.primaryKeyName ? table.primaryKey.map((column) => column.property) : []
}

/** Whether the run read that the value now found taken was free. */
export function sawFree(attempt: Attempt, violation: Violation, tables: Tables): boolean {
  if (violation.sqlState !== '23505') return false
  const table = [...tables.values()].find((candidate) => candidate.name === violation.table)
  if (!table) return false
  const unique = table.uniques.find(({ name }) => name === violation.constraint)
  if (!unique) {
    for (const [key, seen] of attempt.rows.get(table) ?? [])
      if (seen === null && attempt.inserts(table, key)) return true
    return false
  }
  return [...attempt.reads.values()].some(({ read: { shape }, tuples }) => {
    const columns = shape.conditions.map(({ column }) => column)
    return (
      shape.table === table &&
      tuples.length === 0 &&
      isUniqueShape(shape) &&
      columns.join() === unique.columns.join()
    )
  })
}
