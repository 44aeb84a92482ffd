/**
 * A database in memory at READ COMMITTED: what is committed, and the transactions under way with their own writes.
 * Nothing here waits; who must wait is told for whom.
 */
import type { EffectRow, EffectTable } from '../../../src/engine/port.js'
import { keyOf, type TableInfo, type Tuple } from '../../../src/schema/table.js'
import { Lock, LockOwner } from './locks.js'

/** One row from its insert to its delete: a later row of the same key is another entity. */
export interface Entity {
  readonly table: TableInfo
  readonly key: string
  /** As committed; null: not yet, or no more. */
  tuple: Tuple | null
  /** The number of the transaction that committed it. */
  version: string
  readonly lock: Lock
}

export class MemoryTransaction extends LockOwner {
  /** Rows as this transaction leaves them; null: deleted. */
  writes = new Map<Entity, Tuple | null>()
  effects: { readonly table: EffectTable; readonly row: EffectRow; readonly number: number }[] = []
  marker: string | undefined
  ended = false
  /** As Postgres numbers them: what it writes is of this version. */
  readonly version: string

  constructor(version: string) {
    super()
    this.version = version
  }
}

export class MemoryDatabase {
  readonly #rows = new Map<TableInfo, Map<string, Entity>>()
  readonly #advisory = new Map<string, Lock>()
  readonly #effects = new Map<EffectTable, EffectRow[]>()
  readonly #numbers = new Map<EffectRow, number>()
  #lastNumber = 0
  #transactions = 0
  /** Deadlocks: there should be none. */
  circleCount = 0
  readonly active = new Set<MemoryTransaction>()
  /** Markers of committed groups, in the order of their commits. */
  readonly markers: string[] = []

  begin(): MemoryTransaction {
    const transaction = new MemoryTransaction(String(++this.#transactions))
    transaction.meetsCircle = () => this.circleCount++
    this.active.add(transaction)
    return transaction
  }

  /** All at once: from here on others see it. */
  commit(transaction: MemoryTransaction): void {
    for (const [entity, tuple] of transaction.writes) {
      const rows = this.#table(entity.table)
      entity.tuple = tuple
      entity.version = transaction.version
      if (tuple) rows.set(entity.key, entity)
      else if (rows.get(entity.key) === entity) rows.delete(entity.key)
    }
    for (const { table, row, number } of transaction.effects) {
      this.effectsOf(table).push(row)
      this.#numbers.set(row, number)
    }
    if (transaction.marker !== undefined) this.markers.push(transaction.marker)
    this.#end(transaction)
  }

  rollback(transaction: MemoryTransaction): void {
    if (!transaction.ended) this.#end(transaction)
  }

  advisory(name: string): Lock {
    let lock = this.#advisory.get(name)
    if (!lock) this.#advisory.set(name, (lock = new Lock()))
    return lock
  }

  /** Committed, in the order of their commits. */
  effectsOf(table: EffectTable): EffectRow[] {
    let rows = this.#effects.get(table)
    if (!rows) this.#effects.set(table, (rows = []))
    return rows
  }

  /** Drawn when an effect is written, as from a sequence; effects become visible when their transaction commits. */
  nextNumber(): number {
    return ++this.#lastNumber
  }

  /** The number of a committed effect. */
  numberOf(row: EffectRow): number {
    return this.#numbers.get(row)!
  }

  /** The committed row of this key. */
  entity(table: TableInfo, key: string): Entity | undefined {
    return this.#rows.get(table)?.get(key)
  }

  entities(table: TableInfo): Iterable<Entity> {
    return this.#table(table).values()
  }

  /** The table as this transaction sees it now (by default: as committed). */
  tuples(table: TableInfo, viewer?: MemoryTransaction): Tuple[] {
    const seen: Tuple[] = []
    for (const entity of this.entities(table)) {
      const tuple = viewer?.writes.has(entity) ? viewer.writes.get(entity)! : entity.tuple
      if (tuple) seen.push(tuple)
    }
    for (const [entity, tuple] of viewer?.writes ?? [])
      if (entity.table === table && tuple && !entity.tuple) seen.push(tuple)
    return seen
  }

  /** As committed, each row with its version behind its columns. */
  versioned(table: TableInfo): Tuple[] {
    return [...this.entities(table)].flatMap(({ tuple, version }) => (tuple ? [[...tuple, version]] : []))
  }

  tuple(table: TableInfo, key: string, viewer?: MemoryTransaction): Tuple | null {
    return this.tuples(table, viewer).find((tuple) => keyOf(table, tuple) === key) ?? null
  }

  /** The other transaction that has changed this row and has not ended. */
  writer(entity: Entity, except: MemoryTransaction): MemoryTransaction | undefined {
    for (const other of this.active) if (other !== except && other.writes.has(entity)) return other
    return undefined
  }

  /** Puts rows in place before anything runs. */
  load(table: TableInfo, tuples: readonly Tuple[]): void {
    for (const tuple of tuples) {
      const key = keyOf(table, tuple)
      this.#table(table).set(key, { table, key, tuple, version: '0', lock: new Lock() })
    }
  }

  #table(table: TableInfo): Map<string, Entity> {
    let rows = this.#rows.get(table)
    if (!rows) this.#rows.set(table, (rows = new Map<string, Entity>()))
    return rows
  }

  #end(transaction: MemoryTransaction): void {
    transaction.ended = true
    this.active.delete(transaction)
    transaction.releaseAll()
  }
}
