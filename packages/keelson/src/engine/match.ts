/** Whether a row meets the conditions of a read, and where it stands in its order, told from texts in memory. */
import type { ColumnInfo, Tuple } from '../schema/table.js'
import type { Operator, Shape } from './port.js'

/** A read with its parameters taken apart, so that many rows can be held against it. */
export class Matcher {
  readonly #shape: Shape
  readonly #conditions: readonly Condition[]
  /** The values of the order after which rows count. */
  readonly #after: readonly string[] | undefined

  constructor(shape: Shape, parameters: readonly string[]) {
    this.#shape = shape
    let at = 0
    this.#conditions = shape.conditions.map(({ column, operator }) => {
      const parameter = takesParameter(operator) ? parameters[at++]! : ''
      return { column: shape.table.columns[column]!, operator, values: valuesOf(operator, parameter) }
    })
    this.#after = shape.after ? parameters.slice(at) : undefined
  }

  /** Undefined where memory cannot tell. `isUncertain`: columns whose text is not what the database will store. */
  matches(tuple: Tuple, isUncertain: (column: number) => boolean): boolean | undefined {
    let known = true
    for (const { column, operator, values } of this.#conditions) {
      const met = isUncertain(column.index)
        ? undefined
        : meets(column, operator, tuple[column.index]!, values)
      if (met === false) return false
      if (met === undefined) known = false
    }
    if (!known) return undefined
    return this.#after === undefined ? true : this.#isAfter(tuple, this.#after, isUncertain)
  }

  /** As SQL sorts: NULLs last, or first where the column descends. Undefined where the texts do not tell. */
  compare(left: Tuple, right: Tuple): number | undefined {
    for (const { column, descending } of this.#shape.order) {
      const [one, other] = [left[column]!, right[column]!]
      if (one === other) continue
      const sign = compareValues(this.#shape.table.columns[column]!, one, other)
      if (sign === undefined) return undefined
      if (sign !== 0) return descending ? -sign : sign
    }
    return 0
  }

  #isAfter(
    tuple: Tuple,
    after: readonly string[],
    isUncertain: (column: number) => boolean,
  ): boolean | undefined {
    const { order } = this.#shape
    if (order.some(({ column }) => isUncertain(column))) return undefined
    const place: (string | null)[] = [...tuple]
    order.forEach(({ column }, at) => (place[column] = after[at]!))
    const sign = this.compare(tuple, place)
    return sign === undefined ? undefined : sign > 0
  }
}

interface Condition {
  readonly column: ColumnInfo
  readonly operator: Operator
  readonly values: readonly string[]
}

const takesParameter = (operator: Operator): boolean => operator !== 'is null' && operator !== 'is not null'

const valuesOf = (operator: Operator, parameter: string): readonly string[] =>
  operator === 'in' ? elementsOf(parameter) : [parameter]

/** Of an array as `compileWhere` writes it: every element quoted, NULL bare (which equals nothing). */
const elementsOf = (array: string): string[] =>
  [...array.matchAll(/"((?:[^"\\]|\\.)*)"/gs)].map(([, element]) => element!.replaceAll(/\\(.)/gs, '$1'))

function meets(
  column: ColumnInfo,
  operator: Operator,
  value: string | null,
  values: readonly string[],
): boolean | undefined {
  if (operator === 'is null') return value === null
  if (operator === 'is not null') return value !== null
  // Compared with NULL, nothing is true.
  if (value === null) return false
  if (operator === '=' || operator === 'in') return equalsOne(column, value, values)
  const sign = column.textOrder?.(value, values[0]!)
  if (sign === undefined) return undefined
  switch (operator) {
    case '<':
      return sign < 0
    case '<=':
      return sign <= 0
    case '>':
      return sign > 0
    case '>=':
      return sign >= 0
  }
}

function equalsOne(column: ColumnInfo, value: string, values: readonly string[]): boolean | undefined {
  if (column.textEquality) return values.includes(value)
  let known = true
  for (const each of values) {
    const sign = column.textOrder?.(value, each)
    if (sign === 0) return true
    if (sign === undefined) known = false
  }
  return known ? false : undefined
}

function compareValues(column: ColumnInfo, left: string | null, right: string | null): number | undefined {
  if (left === null || right === null) return (left === null ? 1 : 0) - (right === null ? 1 : 0)
  return column.textOrder?.(left, right)
}
