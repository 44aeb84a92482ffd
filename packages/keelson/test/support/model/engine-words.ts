/** The words of random commands, told to the engine's `tx`. */
import { asc, desc } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import type { EffectRow } from '../../../src/engine/port.js'
import { Transaction } from '../../../src/engine/transaction.js'
import type { Scheduler } from '../../../src/internal/clock.js'
import { DRIZZLE, INFOS, NOTES, type TableName } from './tables.js'
import type { ModelRow, ModelWhere, Top, Value, Words } from './words.js'

/** `tx` with a way to leave effects. */
export class NotingTransaction extends Transaction {
  note(row: EffectRow, orderedKey: string | undefined): void {
    this.effect(NOTES, row, orderedKey)
  }
}

/** The lock of a log: any number that logs have for themselves. */
const lockOf = (log: string): string => String(7_000_000 + log.codePointAt(0)!)

const ROWS_MAX = 100

export class EngineWords implements Words {
  readonly #tx: NotingTransaction
  readonly #command: number
  readonly #scheduler: Scheduler
  readonly #ids: (id: string) => void

  constructor(tx: Transaction, command: number, scheduler: Scheduler, ids: (id: string) => void) {
    this.#tx = tx as NotingTransaction
    this.#command = command
    this.#scheduler = scheduler
    this.#ids = ids
  }

  get now(): string {
    return this.#tx.now.toISOString()
  }

  id(): string {
    const id = this.#tx.id()
    this.#ids(id)
    return id
  }

  get(table: TableName, id: string): Promise<ModelRow | undefined> {
    return this.#tx.get(tableOf(table), id as never)
  }

  find(table: TableName, values: ModelRow): Promise<ModelRow | undefined> {
    return this.#tx.get(tableOf(table), values as never)
  }

  async getMany(table: TableName, ids: readonly string[]): Promise<readonly (ModelRow | undefined)[]> {
    const rows = await this.#tx.getMany(tableOf(table), ids as never[])
    return ids.map((id) => rows.get(id as never) as ModelRow | undefined)
  }

  list(table: TableName, where: ModelWhere): Promise<readonly ModelRow[]> {
    return this.#tx.list(tableOf(table), { where: where as never })
  }

  top(table: TableName, where: ModelWhere, { by, descending, limit }: Top): Promise<readonly ModelRow[]> {
    const { drizzle } = INFOS[table].byProperty.get(by)!
    const orderBy = descending ? desc(drizzle) : asc(drizzle)
    return this.#tx.list(tableOf(table), { where: where as never, orderBy, limit })
  }

  count(table: TableName, where: ModelWhere): Promise<number> {
    return this.#tx.count(tableOf(table), where as never)
  }

  exists(table: TableName, where: ModelWhere): Promise<boolean> {
    return this.#tx.exists(tableOf(table), where as never)
  }

  insert(table: TableName, row: ModelRow): void {
    this.#tx.insert(tableOf(table), row)
  }

  async insertIgnore(table: TableName, row: ModelRow): Promise<boolean> {
    return (await this.#tx.insertIgnore(tableOf(table), row)) !== undefined
  }

  async upsert(table: TableName, row: ModelRow, by?: string): Promise<ModelRow> {
    const column = by === undefined ? undefined : INFOS[table].byProperty.get(by)!.drizzle
    return this.#tx.upsert(tableOf(table), row, column ? { by: column } : {})
  }

  update(table: TableName, id: string, patch: ModelRow): void {
    this.#tx.update(tableOf(table), id as never, patch as never)
  }

  increment(table: TableName, id: string, by: Readonly<Record<string, number>>): void {
    this.#tx.increment(tableOf(table), id as never, by)
  }

  delete(table: TableName, id: string): void {
    this.#tx.delete(tableOf(table), id as never)
  }

  updateWhere(table: TableName, where: ModelWhere, patch: ModelRow): Promise<number> {
    return this.#tx.updateWhere(tableOf(table), where as never, patch as never, { rowsMax: ROWS_MAX })
  }

  deleteWhere(table: TableName, where: ModelWhere): Promise<number> {
    return this.#tx.deleteWhere(tableOf(table), where as never, { rowsMax: ROWS_MAX })
  }

  note(log: string | null, payload: string): void {
    this.#tx.note([String(this.#command), log, payload], log === null ? undefined : lockOf(log))
  }

  async pause(pause: { readonly microtasks: number } | { readonly delayMs: number }): Promise<void> {
    if ('delayMs' in pause) return new Promise((resolve) => this.#scheduler.after(pause.delayMs, resolve))
    for (let at = 0; at < pause.microtasks; at++) await Promise.resolve()
  }
}

/** Rows of any of the tables: what the compiler would check is checked by the model here. */
const tableOf = (
  name: TableName,
): PgTable<{ name: string; schema: undefined; columns: Record<string, never>; dialect: 'pg' }> & {
  $inferSelect: Record<string, Value>
  $inferInsert: ModelRow
} => DRIZZLE[name] as never
