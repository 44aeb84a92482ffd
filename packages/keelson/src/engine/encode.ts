/** From the objects that handlers write to Postgres' texts, with the errors a handler's author needs. */
import { KeelsonError } from '../errors.js'
import type { ColumnInfo, TableInfo, Tuple } from '../schema/table.js'
import { canonicalNumeric } from '../schema/numeric.js'
import { columnOf } from './condition.js'

/** A complete row; columns not given get their default. `defaulted` keeps what default functions make stable. */
export function encodeInsert(
  table: TableInfo,
  values: object,
  defaulted: (make: () => unknown) => unknown,
): Tuple {
  const given = values as Record<string, unknown>
  for (const property in given) if (!table.byProperty.has(property)) columnOf(table, property)
  return table.columns.map((column) => {
    let value = given[column.property]
    const make = column.drizzle.defaultFn
    if (value === undefined && make) value = defaulted(make)
    if (value === undefined) {
      if (column.defaultText === undefined) throw unknownDefault(table, column)
      if (column.defaultText !== null) return column.defaultText
    }
    return encodeValue(column, value ?? null)
  })
}

export interface EncodedPatch {
  readonly columns: number[]
  readonly values: (string | null)[]
}

/** The columns given; `undefined` leaves a column as it is. */
export function encodePatch(table: TableInfo, patch: object): EncodedPatch {
  const columns: number[] = []
  const values: (string | null)[] = []
  for (const [property, value] of Object.entries(patch)) {
    const column = columnOf(table, property)
    if (value === undefined) continue
    columns.push(column.index)
    values.push(encodeValue(column, value))
  }
  return { columns, values }
}

/** What to add to which columns. */
export function encodeDeltas(table: TableInfo, by: object): { columns: number[]; deltas: string[] } {
  const columns: number[] = []
  const deltas: string[] = []
  for (const [property, value] of Object.entries(by)) {
    const column = columnOf(table, property)
    if (value === undefined) continue
    const text = String(value)
    const fits = column.codec.integer
      ? /^-?\d+$/.test(text)
      : column.type.startsWith('numeric') && canonicalNumeric(text, undefined) !== undefined
    if (!fits) {
      throw new KeelsonError('invalid_use', {
        message: `increment of ${table.name}.${column.property} by ${text}: whole numbers for integer columns, decimals for numeric ones.`,
      })
    }
    columns.push(column.index)
    deltas.push(text)
  }
  return { columns, deltas }
}

function encodeValue(column: ColumnInfo, value: unknown): string | null {
  if (value !== null) return column.codec.encode(value)
  if (column.notNull) throw new KeelsonError('not_null_violation', { details: { fields: [column.property] } })
  return null
}

const unknownDefault = (table: TableInfo, column: ColumnInfo): KeelsonError =>
  new KeelsonError('invalid_use', {
    message: `Only the database knows the default of ${table.name}.${column.property}: give a value, or await tx.insertReturning(…).`,
  })
