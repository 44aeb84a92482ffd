/**
 * What the groups under way in this process hold. A member that would only wait for their locks is left for the next
 * group, so that two groups really run side by side. A matter of speed alone: the locks decide what is right.
 */
import type { TableInfo } from '../schema/table.js'
import { needsGuard } from './coverage.js'
import type { Member } from './member.js'

/** What a group or a solo command under way keeps from others. */
export interface Holds {
  /** Whether the member's locks would wait for it. */
  blocks(member: Member): boolean
  /** Whether exclusive guards on these tables, by their ids, would wait for it. */
  meets(tables: readonly number[]): boolean
}

export class InFlight implements Holds {
  readonly #read = new Map<TableInfo, Set<string>>()
  readonly #written = new Map<TableInfo, Set<string>>()
  readonly #guarded = new Set<TableInfo>()

  constructor(members: readonly Member[]) {
    for (const { attempt } of members) {
      for (const [table, rows] of attempt.rows) {
        for (const [key, seen] of rows) {
          if (seen === null && !attempt.inserts(table, key)) this.#guarded.add(table)
          add(this.#read, table, key)
        }
      }
      for (const seen of attempt.reads.values())
        if (needsGuard(attempt, seen)) this.#guarded.add(seen.read.shape.table)
      for (const { table, key } of attempt.writes) add(this.#written, table, key)
    }
  }

  blocks({ attempt }: Member): boolean {
    for (const { table, key } of attempt.writes) {
      if (this.#guarded.has(table) || this.#written.get(table)?.has(key) || this.#read.get(table)?.has(key))
        return true
    }
    for (const [table, rows] of attempt.rows) {
      const written = this.#written.get(table)
      if (!written) continue
      for (const [key, seen] of rows)
        if (written.has(key) || (seen === null && !attempt.inserts(table, key))) return true
    }
    for (const seen of attempt.reads.values()) {
      const { table } = seen.read.shape
      if ((this.#written.has(table) || this.#guarded.has(table)) && needsGuard(attempt, seen)) return true
    }
    return false
  }

  meets(tables: readonly number[]): boolean {
    for (const table of [...this.#guarded, ...this.#written.keys()])
      if (tables.includes(table.id)) return true
    return false
  }
}

/** The tables that a solo command guards, by their ids; their rows can be read by who changes nothing there. */
export class SoloInFlight implements Holds {
  readonly #guarded: ReadonlySet<number>

  constructor(tables: readonly number[]) {
    this.#guarded = new Set(tables)
  }

  blocks({ attempt }: Member): boolean {
    if (this.#guarded.size === 0) return false
    for (const { table } of attempt.writes) if (this.#guarded.has(table.id)) return true
    for (const [table, rows] of attempt.rows) {
      if (!this.#guarded.has(table.id)) continue
      for (const [key, seen] of rows) if (seen === null && !attempt.inserts(table, key)) return true
    }
    for (const seen of attempt.reads.values())
      if (this.#guarded.has(seen.read.shape.table.id) && needsGuard(attempt, seen)) return true
    return false
  }

  meets(tables: readonly number[]): boolean {
    return tables.some((table) => this.#guarded.has(table))
  }
}

function add(sets: Map<TableInfo, Set<string>>, table: TableInfo, key: string): void {
  const keys = sets.get(table)
  if (keys) keys.add(key)
  else sets.set(table, new Set([key]))
}
