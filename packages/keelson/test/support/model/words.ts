/** The few words that random commands speak, so that the engine and the serial model can both be told them. */
import type { TableName } from './tables.js'

export type Value = string | number | null
export type ModelRow = Readonly<Record<string, Value>>
/** Column to what it must be: a value, null, a bound, or one of several. */
export type ModelWhere = Readonly<Record<string, Value | Bound>>
export type Bound = { readonly gte: number } | { readonly lt: number } | { readonly in: readonly Value[] }

/** The first rows in the order of a column, then of the key. */
export interface Top {
  readonly by: string
  readonly descending: boolean
  readonly limit: number
}

export interface Words {
  readonly now: string
  id(): string
  get(table: TableName, id: string): Promise<ModelRow | undefined>
  /** By a unique constraint's columns. */
  find(table: TableName, values: ModelRow): Promise<ModelRow | undefined>
  getMany(table: TableName, ids: readonly string[]): Promise<readonly (ModelRow | undefined)[]>
  list(table: TableName, where: ModelWhere): Promise<readonly ModelRow[]>
  top(table: TableName, where: ModelWhere, top: Top): Promise<readonly ModelRow[]>
  count(table: TableName, where: ModelWhere): Promise<number>
  exists(table: TableName, where: ModelWhere): Promise<boolean>
  insert(table: TableName, row: ModelRow): void
  insertIgnore(table: TableName, row: ModelRow): Promise<boolean>
  upsert(table: TableName, row: ModelRow, by?: string): Promise<ModelRow>
  update(table: TableName, id: string, patch: ModelRow): void
  increment(table: TableName, id: string, by: Readonly<Record<string, number>>): void
  delete(table: TableName, id: string): void
  updateWhere(table: TableName, where: ModelWhere, patch: ModelRow): Promise<number>
  deleteWhere(table: TableName, where: ModelWhere): Promise<number>
  /** An effect; those with one `log` keep the order of the commands. */
  note(log: string | null, payload: string): void
  /** Takes time, for the engine. */
  pause(pause: { readonly microtasks: number } | { readonly delayMs: number }): Promise<void>
}

/** A refusal by a rule of the handler's own. */
export class RuleBroken extends Error {}
