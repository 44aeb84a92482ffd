/** From what a handler gives as a key to the row it means. */
import { KeelsonError } from '../errors.js'
import { joinKey, type TableInfo, type UniqueInfo } from '../schema/table.js'
import { columnOf } from './condition.js'

export type CompiledKey =
  | { readonly kind: 'primary'; readonly key: string }
  | { readonly kind: 'unique'; readonly unique: UniqueInfo; readonly parameters: readonly string[] }

const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype

/** A bare value is the primary key; an object names the columns of the primary key or of one unique constraint. */
export function compileKey(table: TableInfo, key: unknown): CompiledKey {
  if (!isPlainObject(key)) {
    const [column, ...more] = table.primaryKey
    if (more.length > 0 || key === undefined || key === null) throw keyMisuse(table)
    return { kind: 'primary', key: column!.codec.encode(key) }
  }
  const named = new Map(
    Object.entries(key).map(([property, value]) => [columnOf(table, property).index, value]),
  )
  if ([...named.values()].some((value) => value === undefined || value === null)) throw keyMisuse(table)
  const texts = (columns: readonly number[]): string[] =>
    columns.map((index) => table.columns[index]!.codec.encode(named.get(index)))
  const covers = (columns: readonly number[]): boolean =>
    columns.length === named.size && columns.every((index) => named.has(index))
  const primary = table.primaryKey.map((column) => column.index)
  if (covers(primary)) return { kind: 'primary', key: joinKey(texts(primary)) }
  const unique = table.uniques.find((candidate) => !candidate.complex && covers(candidate.columns))
  if (!unique) throw keyMisuse(table)
  return { kind: 'unique', unique, parameters: texts(unique.columns) }
}

/** The primary key that a write names. */
export function compilePrimaryKey(table: TableInfo, key: unknown): string {
  const compiled = compileKey(table, key)
  if (compiled.kind === 'primary') return compiled.key
  throw new KeelsonError('invalid_use', {
    message: `A write to ${table.name} names its primary key; read the row by ${compiled.unique.name} first.`,
  })
}

function keyMisuse(table: TableInfo): KeelsonError {
  const names = (columns: readonly number[]): string =>
    `{ ${columns.map((index) => table.columns[index]!.property).join(', ')} }`
  const keys = [
    table.primaryKey.map((column) => column.index),
    ...table.uniques.filter((unique) => !unique.complex).map((unique) => unique.columns),
  ]
  return new KeelsonError('invalid_use', {
    message: `A key of ${table.name} is one of ${keys.map(names).join(', ')}, every column with a value.`,
  })
}
