/** What a handler does to one row, and what the row becomes by it. */
import { KeelsonError } from '../errors.js'
import { canonicalNumeric } from '../schema/numeric.js'
import type { ColumnInfo, TableInfo, Tuple } from '../schema/table.js'

export type RowOp =
  | { readonly kind: 'insert'; readonly tuple: Tuple }
  | {
      readonly kind: 'patch'
      readonly columns: readonly number[]
      readonly values: readonly (string | null)[]
    }
  | { readonly kind: 'increment'; readonly columns: readonly number[]; readonly deltas: readonly string[] }
  | { readonly kind: 'delete' }

/** The columns that an operation sets. */
export const columnsOf = (op: RowOp): readonly number[] =>
  op.kind === 'patch' || op.kind === 'increment' ? op.columns : []

/**
 * The row after the operation; null where there is none.
 *
 * @throws KeelsonError `not_found` for a change to no row, `unique_violation` for an insert over a row,
 * `value_out_of_range` for a sum that its column cannot hold.
 */
export function applyOp(table: TableInfo, before: Tuple | null, op: RowOp): Tuple | null {
  if (op.kind === 'insert') {
    if (before) throw takenKey(table)
    return op.tuple
  }
  if (!before)
    throw new KeelsonError('not_found', {
      message: `The row of ${table.name.split('.').at(-1)} to change does not exist.`,
    })
  if (op.kind === 'delete') return null
  // Without its version: what comes of it is stored nowhere yet.
  const after = before.slice(0, table.columns.length)
  if (op.kind === 'patch') {
    for (let at = 0; at < op.columns.length; at++) after[op.columns[at]!] = op.values[at]!
  } else {
    for (let at = 0; at < op.columns.length; at++) {
      const column = table.columns[op.columns[at]!]!
      after[column.index] = sum(column, before[column.index]!, op.deltas[at]!)
    }
  }
  return after
}

const takenKey = (table: TableInfo): KeelsonError =>
  new KeelsonError('unique_violation', {
    details: {
      constraint: table.primaryKeyName,
      fields: table.primaryKey.map((column) => column.property),
    },
  })

const decimalsOf = (text: string): number => (text.includes('.') ? text.length - 1 - text.indexOf('.') : 0)

/** SQL's sum: nothing plus something is nothing. */
function sum(column: ColumnInfo, before: string | null, delta: string): string | null {
  if (before === null) return null
  const { integer } = column.codec
  if (integer) {
    if (before.length < 15 && delta.length < 15)
      return inRange(column, BigInt(Number(before) + Number(delta)), integer)
    return inRange(column, BigInt(before) + BigInt(delta), integer)
  }
  const decimals = Math.max(decimalsOf(before), decimalsOf(delta))
  const left = canonicalNumeric(before, decimals)
  const right = canonicalNumeric(delta, decimals)
  if (left === undefined || right === undefined || !/\d/.test(left + right)) return 'NaN'
  const scaled = (BigInt(left.replace('.', '')) + BigInt(right.replace('.', ''))).toString()
  const negative = scaled.startsWith('-')
  const digits = (negative ? scaled.slice(1) : scaled).padStart(decimals + 1, '0')
  const text = decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
  return column.codec.encode(negative ? `-${text}` : text)
}

function inRange(
  column: ColumnInfo,
  value: bigint,
  range: { readonly min: bigint; readonly max: bigint },
): string {
  if (value >= range.min && value <= range.max) return value.toString()
  throw new KeelsonError('value_out_of_range', {
    message: `${column.property} would leave the range of ${column.type}.`,
    details: { field: column.property },
  })
}

/** Whether the row then holds a value whose stored form only the database knows. */
export function isOpaque(table: TableInfo, op: RowOp): boolean {
  if (op.kind === 'insert')
    return table.columns.some((column) => !column.codec.exact && op.tuple[column.index] !== null)
  return table.computed || columnsOf(op).some((column) => !table.columns[column]!.codec.exact)
}
