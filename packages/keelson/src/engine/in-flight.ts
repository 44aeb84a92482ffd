/**
 * What the groups under way in this process hold. A member that would only wait for their locks is left for the next
 * group, so that two groups really run side by side. A matter of speed alone: the locks decide what is right.
 */
import type { TableInfo } from '../schema/table.js'
import { needsGuard } from './coverage.js'
import type { Member } from './member.js'
import { writeLocksOf } from './write-locks.js'

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
  readonly #writtenIds = new Set<number>()
  /** Ids of tables. */
  readonly #guarded = new Set<number>()
  /** Locks of unique values. */
  readonly #values = new Set<string>()

  constructor(members: readonly Member[]) {
    for (const member of members) {
      const { attempt } = member
      for (const [table, rows] of attempt.rows) {
        for (const [key, seen] of rows) {
          if (seen === null && !attempt.inserts(table, key)) this.#guarded.add(table.id)
          add(this.#read, table, key)
        }
      }
      for (const seen of attempt.reads.values())
        if (needsGuard(attempt, seen)) this.#guarded.add(seen.read.shape.table.id)
      for (const { table, key } of attempt.writes) {
        add(this.#written, table, key)
        this.#writtenIds.add(table.id)
      }
      const { values, exclusive } = writeLocksOf(member)
      for (const { id } of exclusive) this.#guarded.add(id)
      for (const numbers of values.values()) for (const number of numbers) this.#values.add(number)
    }
  }

  blocks(member: Member): boolean {
    const { attempt } = member
    for (const { table, key } of attempt.writes) {
      if (
        this.#guarded.has(table.id) ||
        this.#written.get(table)?.has(key) ||
        this.#read.get(table)?.has(key)
      )
        return true
    }
    for (const [table, rows] of attempt.rows) {
      const written = this.#written.get(table)
      if (!written) continue
      for (const [key, seen] of rows)
        if (written.has(key) || (seen === null && !attempt.inserts(table, key))) return true
    }
    for (const seen of attempt.reads.values()) {
      const { id } = seen.read.shape.table
      if ((this.#writtenIds.has(id) || this.#guarded.has(id)) && needsGuard(attempt, seen)) return true
    }
    return this.#blocksWrites(member)
  }

  #blocksWrites(member: Member): boolean {
    const { values, exclusive } = writeLocksOf(member)
    for (const { id } of exclusive) if (this.#writtenIds.has(id) || this.#guarded.has(id)) return true
    if (this.#values.size === 0) return false
    for (const numbers of values.values())
      for (const number of numbers) if (this.#values.has(number)) return true
    return false
  }

  meets(tables: readonly number[]): boolean {
    return tables.some((id) => this.#guarded.has(id) || this.#writtenIds.has(id))
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
