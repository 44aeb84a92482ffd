/** What a shaped read finds among tuples: the conditions, the order and the bounds of SQL. */
import type { Shape } from '../../../src/engine/port.js'
import type { ColumnInfo, Tuple } from '../../../src/schema/table.js'

/** Negative, zero or positive; NULLs last, as Postgres sorts them. */
function compare(column: ColumnInfo, left: string | null, right: string | null): number {
  if (left === null || right === null) return (left === null ? 1 : 0) - (right === null ? 1 : 0)
  if (column.codec.integer) return Number(left) - Number(right)
  return left < right ? -1 : left > right ? 1 : 0
}

const elements = (array: string): string[] =>
  [...array.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, element]) => element!.replaceAll(/\\(.)/g, '$1'))

function meets(
  column: ColumnInfo,
  operator: Shape['conditions'][number]['operator'],
  value: string | null,
  parameter: string,
): boolean {
  if (operator === 'is null') return value === null
  if (operator === 'is not null') return value !== null
  if (value === null) return false
  const sign = operator === 'in' ? 0 : compare(column, value, parameter)
  switch (operator) {
    case '=':
      return sign === 0
    case '<':
      return sign < 0
    case '<=':
      return sign <= 0
    case '>':
      return sign > 0
    case '>=':
      return sign >= 0
    case 'in':
      return elements(parameter).includes(value)
  }
}

export function readShape(shape: Shape, parameters: readonly string[], tuples: readonly Tuple[]): Tuple[] {
  const { table, conditions, order, limit, result } = shape
  if (shape.after || shape.skips) throw new Error('Pages are not modelled.')
  const found = tuples.filter((tuple) => {
    let at = 0
    return conditions.every(({ column, operator }) => {
      const parameter = operator === 'is null' || operator === 'is not null' ? '' : parameters[at++]!
      return meets(table.columns[column]!, operator, tuple[column]!, parameter)
    })
  })
  found.sort((left, right) => {
    for (const { column, descending } of order) {
      const sign = compare(table.columns[column]!, left[column]!, right[column]!)
      if (sign !== 0) return descending ? -sign : sign
    }
    return 0
  })
  const bounded = found.slice(0, limit > 0 ? limit : undefined)
  return result === 'count' ? [[String(bounded.length)]] : bounded
}
