/**
 * One connection's work on the database in memory: every statement is a step of its own, so that others may come in
 * between, and waits as Postgres' would. A statement that fails throws; the caller rolls back.
 */
import type { EffectRows, RowLocks, Violation, Write } from '../../../src/engine/port.js'
import { keyOf, type TableInfo, type Tuple } from '../../../src/schema/table.js'
import type { VirtualTime } from '../virtual-time.js'
import {
  brokenCheck,
  childObstacle,
  parentObstacle,
  uniqueObstacle,
  type Checks,
  type Obstacle,
} from './constraints.js'
import type { Entity, MemoryDatabase, MemoryTransaction } from './database.js'
import { Lock, type LockMode } from './locks.js'

export class ViolationError extends Error {
  readonly violation: Violation

  constructor(violation: Violation) {
    super(`${violation.sqlState} ${violation.constraint ?? ''}`)
    this.violation = violation
  }
}

export interface Schema {
  readonly tables: readonly TableInfo[]
  readonly checks: Checks
}

export class Session {
  readonly database: MemoryDatabase
  readonly transaction: MemoryTransaction
  readonly #time: VirtualTime
  readonly #schema: Schema

  constructor(database: MemoryDatabase, time: VirtualTime, schema: Schema) {
    this.database = database
    this.transaction = database.begin()
    this.#time = time
    this.#schema = schema
  }

  turn(): Promise<void> {
    return this.#time.turn()
  }

  async lock(lock: Lock, mode: LockMode): Promise<void> {
    for (;;) {
      await this.turn()
      const against = lock.against(this.transaction, mode)
      if (against.length === 0) return lock.take(this.transaction, mode)
      await this.transaction.waitFor(against)
    }
  }

  async tryLock(lock: Lock): Promise<boolean> {
    await this.turn()
    if (lock.against(this.transaction, 'exclusive').length > 0) return false
    lock.take(this.transaction, 'exclusive')
    return true
  }

  /** Locks the rows that exist when the statement begins, in the order of their keys; gives how many are left then. */
  async lockRows({ table, keys, mode }: RowLocks): Promise<number> {
    await this.turn()
    const found = keys.toSorted().flatMap((key) => this.database.entity(table, key) ?? [])
    for (const entity of found) await this.lock(entity.lock, mode)
    return found.filter((entity) => entity.tuple !== null).length
  }

  /** DO NOTHING where `mayClash`: false if the row was left out. */
  async insert(table: TableInfo, tuple: Tuple, mayClash: boolean): Promise<boolean> {
    const entity: Entity = { table, key: keyOf(table, tuple), tuple: null, version: '', lock: new Lock() }
    this.#check(table, tuple)
    for (;;) {
      await this.turn()
      const obstacle = uniqueObstacle(this.database, this.transaction, entity, tuple)
      if (obstacle === undefined) break
      if ('violation' in obstacle && mayClash) return false
      await this.#overcome(obstacle)
    }
    entity.lock.take(this.transaction, 'update')
    this.transaction.writes.set(entity, tuple)
    await this.#until(() =>
      parentObstacle(this.database, this.transaction, this.#schema.tables, table, tuple),
    )
    return true
  }

  /** False where there is no such row. */
  async update(table: TableInfo, key: string, columns: readonly number[], values: Tuple): Promise<boolean> {
    const found = await this.#own(
      table,
      key,
      columns.some((column) => table.columns[column]!.unique) ? 'update' : 'no key update',
    )
    if (!found) return false
    const after = found.tuple.slice()
    for (const column of columns) after[column] = values[column]!
    this.#check(table, after)
    if (columns.some((column) => table.columns[column]!.keyed)) {
      await this.#until(() => uniqueObstacle(this.database, this.transaction, found.entity, after))
      this.transaction.writes.set(found.entity, after)
      await this.#until(() =>
        parentObstacle(this.database, this.transaction, this.#schema.tables, table, after),
      )
    }
    this.transaction.writes.set(found.entity, after)
    return true
  }

  async delete(table: TableInfo, key: string): Promise<boolean> {
    const found = await this.#own(table, key, 'update')
    if (!found) return false
    this.transaction.writes.set(found.entity, null)
    await this.#until(() => childObstacle(this.database, this.transaction, this.#schema.tables, found.entity))
    return true
  }

  async write(write: Write): Promise<void> {
    if (write.kind === 'insert') await this.insert(write.table, write.tuple, false)
    else if (write.kind === 'update') await this.update(write.table, write.key, write.columns, write.tuple)
    else await this.delete(write.table, write.key)
  }

  async effects({ table, rows }: EffectRows): Promise<void> {
    await this.turn()
    const place = table.columns.findIndex(({ name }) => name === table.lookup)
    for (const row of rows) {
      const taken =
        place >= 0 && this.database.effectsOf(table).some((stored) => stored[place] === row[place])
      if (taken)
        throw new ViolationError({ sqlState: '23505', constraint: `${table.name}_pkey`, table: table.name })
      this.transaction.effects.push({ table, row, number: this.database.nextNumber() })
    }
  }

  /** The row as this transaction sees it, locked. */
  async #own(
    table: TableInfo,
    key: string,
    mode: LockMode,
  ): Promise<{ entity: Entity; tuple: Tuple } | undefined> {
    await this.turn()
    for (const [entity, tuple] of this.transaction.writes)
      if (entity.table === table && entity.key === key && tuple) return { entity, tuple }
    const entity = this.database.entity(table, key)
    if (!entity || this.transaction.writes.has(entity)) return undefined
    await this.lock(entity.lock, mode)
    return entity.tuple ? { entity, tuple: entity.tuple } : undefined
  }

  #check(table: TableInfo, tuple: Tuple): void {
    const broken = brokenCheck(table, tuple, this.#schema.checks)
    if (broken) throw new ViolationError(broken)
  }

  async #until(obstacle: () => Obstacle): Promise<void> {
    for (let found = obstacle(); found !== undefined; found = obstacle()) {
      await this.#overcome(found)
      await this.turn()
    }
  }

  async #overcome(obstacle: NonNullable<Obstacle>): Promise<void> {
    if ('violation' in obstacle) throw new ViolationError(obstacle.violation)
    await this.transaction.waitFor(obstacle.waitFor)
  }
}
