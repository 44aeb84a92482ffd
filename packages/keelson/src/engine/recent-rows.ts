/**
 * Rows as this process's own groups have just left them. A member that speculated while such a group was on its way has seen
 * them as they were; here it is told what they are now, without asking the database. Remembered for as long as anybody
 * under way can have missed them, roughly: whoever is told something stale meets the comparison of versions.
 */
import { withVersion, type TableInfo, type Tuple } from '../schema/table.js'
import type { Overlay } from './overlay.js'

/** Rows of one generation; two are kept. */
const ROWS_MAX = 2000

interface Recent {
  /** Undefined: gone, or known to the database alone. */
  readonly tuple: Tuple | undefined
  readonly number: number
}

type Rows = Map<TableInfo, Map<string, Recent>>

export class RecentRows {
  #number = 0
  #count = 0
  #rows: Rows = new Map()
  #older: Rows = new Map()

  /** Of the latest commit: a run that starts now sees it, and all before. */
  get number(): number {
    return this.#number
  }

  /** What a group has changed, once its commit is known. */
  wrote(overlay: Overlay, version: string): void {
    this.#number++
    for (const [table, cells] of overlay.cells()) {
      for (const cell of cells.values()) {
        const { key, base, tuple, changed, opaque } = cell
        // Nobody can have seen what was not there, or is as it was.
        if (base === null || (tuple !== null && changed.size === 0)) continue
        this.#put(table, key, tuple === null || opaque ? undefined : withVersion(table, tuple, version))
      }
    }
  }

  /** If the row has been changed after `number`. */
  since(number: number, table: TableInfo, key: string): Recent | undefined {
    const recent = this.#rows.get(table)?.get(key) ?? this.#older.get(table)?.get(key)
    return recent !== undefined && recent.number > number ? recent : undefined
  }

  #put(table: TableInfo, key: string, tuple: Tuple | undefined): void {
    if (this.#count++ >= ROWS_MAX) {
      this.#older = this.#rows
      this.#rows = new Map()
      this.#count = 1
    }
    let rows = this.#rows.get(table)
    if (!rows) this.#rows.set(table, (rows = new Map<string, Recent>()))
    rows.set(key, { tuple, number: this.#number })
  }
}
