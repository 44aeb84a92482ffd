/**
 * Rows of a group by the values that one column has had in them, so that each of many lists looks at few rows. A row stays
 * where it once was: whoever asks holds it against the conditions anyway. Only for columns whose text memory knows.
 */
import type { Tuple } from '../schema/table.js'

interface Row {
  readonly base: Tuple | null
  readonly tuple: Tuple | null
}

export class CellIndex<R extends Row = Row> {
  readonly #column: number
  readonly #rows = new Map<string, Set<R>>()

  constructor(column: number, rows: Iterable<R>) {
    this.#column = column
    for (const row of rows) this.add(row)
  }

  /** After each change of the row. */
  add(row: R): void {
    this.#note(row.base, row)
    this.#note(row.tuple, row)
  }

  get(value: string): Iterable<R> {
    return this.#rows.get(value) ?? []
  }

  #note(tuple: Tuple | null, row: R): void {
    const value = tuple?.[this.#column]
    if (value === undefined || value === null) return
    const rows = this.#rows.get(value)
    if (rows) rows.add(row)
    else this.#rows.set(value, new Set([row]))
  }
}
