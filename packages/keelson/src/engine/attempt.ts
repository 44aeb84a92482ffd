/**
 * The record of one run of a handler: what it saw, what it would write, what it came to. Together with the locked state
 * it decides whether the run still stands.
 */
import type { GuardedTable, TableInfo, Tuple } from '../schema/table.js'
import type { Outcome } from './outcome.js'
import type { EffectRow, EffectTable, ShapedRead } from './port.js'
import { applyOp, type RowOp } from './row-op.js'

export interface SeenRead {
  readonly read: ShapedRead
  readonly tuples: readonly Tuple[]
}

export interface RowWrite {
  readonly table: TableInfo
  readonly key: string
  readonly op: RowOp
}

/** What a run's writes need locked beyond their rows (`write-locks.ts`). */
export interface WriteLocks {
  /** Lock numbers (signed 64-bit, as text) of unique values, by the table they are of. */
  readonly values: ReadonlyMap<TableInfo, ReadonlySet<string>>
  /** Tables that others must not write from before the locks of rows until the commit. */
  readonly exclusive: ReadonlySet<GuardedTable>
}

/** Why a run cannot come to an end here. */
export type Departure =
  | { readonly kind: 'solo'; readonly reason: string }
  /** It wants what is not locked. */
  | { readonly kind: 'footprint' }
  /** It waits for something outside, which others must not wait for. */
  | { readonly kind: 'slow' }

/** Names a row as `readId` names a read. */
export const rowId = (table: TableInfo, key: string): string => `${table.id}\0${key}`

export const readId = (read: ShapedRead): string =>
  read.parameters.length === 0 ? read.shape.id : `${read.shape.id}\0${read.parameters.join('\0')}`

/** Most runs have neither lists nor effects: what is never filled is never made. */
const NO_READS: ReadonlyMap<string, SeenRead> = new Map()
const NO_EFFECTS: ReadonlyMap<EffectTable, readonly EffectRow[]> = new Map()

export class Attempt {
  /** Rows seen by their primary key; null: seen to be absent. */
  readonly rows = new Map<TableInfo, Map<string, Tuple | null>>()
  reads: ReadonlyMap<string, SeenRead> = NO_READS
  /** The latest commit of this process that it can be sure to see (`RecentRows.number`). */
  startedAt = 0
  /** In the handler's order. */
  readonly writes: RowWrite[] = []
  effects: ReadonlyMap<EffectTable, readonly EffectRow[]> = NO_EFFECTS
  /** Locks that keep effects of one key in order (signed 64-bit numbers as text). */
  orderedKeys: readonly string[] = []
  readonly #ops = new Map<TableInfo, Map<string, RowOp[]>>()
  outcome: Outcome<unknown> | undefined
  /** Computed once the run is over. */
  writeLocks: WriteLocks | undefined
  departure: Departure | undefined
  /** The row whose want ended the run. */
  missed: { readonly table: TableInfo; readonly key: string } | undefined
  /** A read failed because the database did, not because of the handler. */
  storeError: { readonly error: unknown } | undefined
  closed = false

  /** Rows touched, roughly: what a group is bounded by. */
  get size(): number {
    let rows = this.writes.length
    for (const seen of this.rows.values()) rows += seen.size
    for (const { tuples } of this.reads.values()) rows += tuples.length
    return rows
  }

  /** Ends the run where it stands; nothing it does afterwards counts. */
  depart(departure: Departure): void {
    if (this.closed) return
    this.departure ??= departure
    this.end()
  }

  /** Set by who started the run. */
  end: () => void = () => undefined

  seenRow(table: TableInfo, key: string): Tuple | null | undefined {
    return this.rows.get(table)?.get(key)
  }

  /** What a run has seen once it goes on seeing: of two reads under way at once the first to end counts. */
  sawRow(table: TableInfo, key: string, tuple: Tuple | null): Tuple | null {
    let rows = this.rows.get(table)
    if (!rows) this.rows.set(table, (rows = new Map<string, Tuple | null>()))
    const known = rows.get(key)
    if (known !== undefined) return known
    rows.set(key, tuple)
    return tuple
  }

  opsOn(table: TableInfo, key: string): readonly RowOp[] | undefined {
    return this.#ops.get(table)?.get(key)
  }

  hasWritten(table: TableInfo): boolean {
    return this.#ops.has(table)
  }

  /** Keys and operations of all tables, in the order of each one's first write. */
  get written(): ReadonlyMap<TableInfo, ReadonlyMap<string, readonly RowOp[]>> {
    return this.#ops
  }

  /** Keys and operations of one table, in the order of each key's first write. */
  opsOf(table: TableInfo): ReadonlyMap<string, readonly RowOp[]> | undefined {
    return this.#ops.get(table)
  }

  write(table: TableInfo, key: string, op: RowOp): void {
    this.writes.push({ table, key, op })
    let rows = this.#ops.get(table)
    if (!rows) this.#ops.set(table, (rows = new Map<string, RowOp[]>()))
    const ops = rows.get(key)
    if (ops) ops.push(op)
    else rows.set(key, [op])
  }

  /** Whether the handler inserted this very key as its first write to it: the unique index guards its absence. */
  inserts(table: TableInfo, key: string): boolean {
    return this.opsOn(table, key)?.[0]?.kind === 'insert'
  }

  sawRead(read: ShapedRead, tuples: readonly Tuple[]): void {
    if (this.reads === NO_READS) this.reads = new Map()
    ;(this.reads as Map<string, SeenRead>).set(readId(read), { read, tuples })
  }

  effect(table: EffectTable, row: EffectRow, orderedKey: string | undefined): void {
    if (this.effects === NO_EFFECTS) this.effects = new Map()
    const rows = this.effects.get(table) as EffectRow[] | undefined
    if (rows) rows.push(row)
    else (this.effects as Map<EffectTable, EffectRow[]>).set(table, [row])
    if (orderedKey !== undefined && !this.orderedKeys.includes(orderedKey))
      this.orderedKeys = [...this.orderedKeys, orderedKey]
  }

  /** The row as this handler sees it after its own writes. */
  static fold(table: TableInfo, base: Tuple | null, ops: readonly RowOp[]): Tuple | null {
    let tuple = base
    for (const op of ops) tuple = applyOp(table, tuple, op)
    return tuple
  }
}
