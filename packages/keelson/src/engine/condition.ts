/** From a `where` to conditions and parameters. `undefined` is refused: silently it would mean "every row". */
import { KeelsonError } from '../errors.js'
import type { ColumnInfo, TableInfo } from '../schema/table.js'
import type { Operator } from './port.js'
import type { Maybe } from './vocabulary.js'

class MaybeValue {
  readonly value: unknown
  constructor(value: unknown) {
    this.value = value
  }
}

/**
 * A condition that counts only if the value was given: `where: { sku: maybe(input.sku) }` lists every row when
 * `input.sku` is undefined.
 */
export function maybe<V>(value: V | undefined): Maybe<V> {
  return new MaybeValue(value) as unknown as Maybe<V>
}

export interface CompiledWhere {
  readonly conditions: readonly { readonly column: number; readonly operator: Operator }[]
  readonly parameters: readonly string[]
}

const RANGE: Readonly<Record<string, Operator>> = { gt: '>', gte: '>=', lt: '<', lte: '<=' }

const misuse = (message: string): KeelsonError => new KeelsonError('invalid_use', { message })

export function columnOf(table: TableInfo, property: string): ColumnInfo {
  const column = table.byProperty.get(property)
  if (!column) throw misuse(`${table.name} has no column "${property}".`)
  return column
}

/** An array as Postgres writes it. */
const arrayText = (values: readonly (string | null)[]): string =>
  `{${values.map((value) => (value === null ? 'NULL' : `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`)).join(',')}}`

export function compileWhere(table: TableInfo, where: object | undefined): CompiledWhere {
  const conditions: { column: number; operator: Operator }[] = []
  const parameters: string[] = []
  for (const [property, given] of Object.entries(where ?? {})) {
    const column = columnOf(table, property)
    const value: unknown = given instanceof MaybeValue ? given.value : given
    if (value === undefined) {
      if (given instanceof MaybeValue) continue
      throw misuse(
        `where.${property} is undefined, which would match every row: give a value, or maybe(value) for "only if given".`,
      )
    }
    addCondition(column, value, conditions, parameters)
  }
  return { conditions, parameters }
}

function addCondition(
  column: ColumnInfo,
  value: unknown,
  conditions: { column: number; operator: Operator }[],
  parameters: string[],
): void {
  const add = (operator: Operator, parameter?: string): void => {
    conditions.push({ column: column.index, operator })
    if (parameter !== undefined) parameters.push(parameter)
  }
  if (value === null) return add('is null')
  if (!isOperatorObject(value)) return add('=', column.codec.encode(value))
  for (const [name, operand] of Object.entries(value)) {
    if (operand === undefined)
      throw misuse(`where.${column.property}.${name} is undefined: leave it out or give a value.`)
    if (name === 'in')
      add('in', arrayText((operand as unknown[]).map((element) => column.codec.encode(element))))
    else if (name === 'not' && operand === null) add('is not null')
    else if (RANGE[name]) add(RANGE[name], column.codec.encode(operand))
    else
      throw misuse(
        `where.${column.property} has no operator "${name}": there are in, gt, gte, lt, lte and { not: null }.`,
      )
  }
}

const isOperatorObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
