/** Tuples become rows for handlers: each handler gets objects of its own, so that none can change another's. */
import type { Column } from 'drizzle-orm'
import { KeelsonError } from '../errors.js'
import type { TableInfo, Tuple } from '../schema/table.js'
import type { Children, Rows } from './vocabulary.js'

export type AnyRow = Record<string, unknown>

export function decodeRow(table: TableInfo, tuple: Tuple): AnyRow {
  const row: AnyRow = {}
  for (const { property, codec, index } of table.columns) {
    const text = tuple[index]
    row[property] = text === null || text === undefined ? null : codec.decode(text)
  }
  return row
}

/** The row of an insert: as `decodeRow` of its tuple, without decoding what the handler has just given. */
export function knownRow(table: TableInfo, values: object, tuple: Tuple): AnyRow {
  const given = values as AnyRow
  const row: AnyRow = {}
  for (const { property, codec, index } of table.columns) {
    const text = tuple[index]
    const value = given[property]
    if (text === null || text === undefined) row[property] = null
    else if (value === text || typeof value === 'boolean' || (codec.integer && typeof value === 'number'))
      row[property] = value
    else row[property] = value instanceof Date && codec.exact ? new Date(value) : codec.decode(text)
  }
  return row
}

/** Rows by requested key; keys given as objects are known by their encoded text. */
export class KeyedRows implements Rows<unknown, AnyRow> {
  readonly #rows: ReadonlyMap<string, AnyRow>
  readonly #encode: (key: unknown) => string

  constructor(rows: ReadonlyMap<string, AnyRow>, encode: (key: unknown) => string) {
    this.#rows = rows
    this.#encode = encode
  }

  get size(): number {
    return this.#rows.size
  }

  get(key: unknown): AnyRow | undefined {
    return this.#rows.get(this.#encode(key))
  }

  has(key: unknown): boolean {
    return this.#rows.has(this.#encode(key))
  }

  values(): IterableIterator<AnyRow> {
    return this.#rows.values()
  }
}

/** The one column of `table` that refers to rows that have the properties of these parents. */
export function referenceOf(
  table: TableInfo,
  tables: ReadonlyMap<unknown, TableInfo>,
  parents: readonly object[],
  via: Column | undefined,
): { column: number; property: string } {
  const candidates: { column: number; property: string }[] = []
  for (const foreignKey of table.foreignKeys) {
    const column = table.columns[foreignKey.columns[0]!]
    if (foreignKey.columns.length !== 1 || !column) continue
    const parent = [...tables.values()].find((candidate) => candidate.id === foreignKey.references)
    const property = parent?.columns.find(
      (candidate) => candidate.name === foreignKey.referencedColumns[0],
    )?.property
    if (parent === undefined || property === undefined) continue
    const fits = parents.every((row) => parent.columns.every((candidate) => candidate.property in row))
    if (via ? column.drizzle === via : fits) candidates.push({ column: column.index, property })
  }
  if (candidates.length === 1) return candidates[0]!
  throw new KeelsonError('invalid_use', {
    message: `children(): ${candidates.length === 0 ? 'no' : 'more than one'} foreign key of ${table.name} refers to these parents; name the column: { via: ${table.columns[0]!.property} }.`,
  })
}

export class ChildRows implements Children<object, AnyRow> {
  readonly #rows = new Map<string, AnyRow[]>()
  readonly #property: string
  readonly #encode: (value: unknown) => string

  constructor(table: TableInfo, column: number, property: string, tuples: readonly Tuple[]) {
    this.#property = property
    this.#encode = (value) => table.columns[column]!.codec.encode(value)
    for (const tuple of tuples) {
      const parent = tuple[column]!
      const group = this.#rows.get(parent)
      if (group) group.push(decodeRow(table, tuple))
      else this.#rows.set(parent, [decodeRow(table, tuple)])
    }
  }

  of(parent: object): AnyRow[] {
    return this.#rows.get(this.#encode((parent as AnyRow)[this.#property])) ?? []
  }
}
