/**
 * `tx`: what a command's handler holds. Reads come from a source and are recorded; writes are recorded and change
 * nothing until the group flushes. What cannot be done that way sends the command to run solo.
 */
import type { Column, SQL } from 'drizzle-orm'
import type { PgDatabase, PgQueryResultHKT, PgTable } from 'drizzle-orm/pg-core'
import { KeelsonError } from '../errors.js'
import type { Tables } from '../schema/load.js'
import { keyOf, type TableInfo, type Tuple } from '../schema/table.js'
import { Attempt, readId } from './attempt.js'
import { encodeDeltas, encodeInsert, encodePatch } from './encode.js'
import { compilePrimaryKey } from './keys.js'
import type { EffectRow, EffectTable, Shape } from './port.js'
import { ReadVocabulary } from './reads.js'
import type { RowOp } from './row-op.js'
import { decodeRow, knownRow } from './rows.js'
import { isUniqueShape, uniqueShape } from './shape.js'
import type { SoloWork } from './solo-work.js'
import type { Defined, Key, NewRow, Numeric, Patch, Row, TransactionVocabulary, Where } from './vocabulary.js'

/** Where a run's reads come from. `undefined`: outside of what this source can tell; the run ends there. */
export interface Source {
  row(table: TableInfo, key: string): Tuple | null | undefined | Promise<Tuple | null>
  shaped(shape: Shape, parameters: readonly string[]): readonly Tuple[] | undefined | Promise<readonly Tuple[]>
}

/** What stays the same however often a command's handler runs. */
export interface Constants {
  readonly nowMs: number
  /** The n-th id of this command. */
  idAt(index: number): string
  isBorn(id: string): boolean
  /** The n-th value of this command that a default function of a column made. */
  defaultAt(index: number, make: () => unknown): unknown
}

/** One run. */
export interface Run {
  readonly tables: Tables
  readonly constants: Constants
  readonly attempt: Attempt
  readonly source: Source
  readonly solo: SoloWork | undefined
}

const NEVER: Promise<never> = new Promise(() => undefined)

/** Thrown where a synchronous write ends the run; the run is over whether or not the handler catches it. */
export class RunEnded extends Error {}

export class Transaction extends ReadVocabulary implements TransactionVocabulary {
  readonly #run: Run
  #ids = 0
  #defaults = 0

  constructor(run: Run) {
    super(run.tables)
    this.#run = run
  }

  /** The time of the command, the same however often it runs. A new object each time. */
  get now(): Date {
    return new Date(this.#run.constants.nowMs)
  }

  /** A new UUID (version 7), the same again when the engine runs the handler again. */
  id(): string {
    return this.#run.constants.idAt(this.#ids++)
  }

  /** Whether this command itself made the id: nobody else can know it yet. */
  protected isBorn(id: string): boolean {
    return this.#run.constants.isBorn(id)
  }

  /** Adds a row to a table of Keelson's own in the same commit; `orderedKey` is a lock held from before the flush. */
  protected effect(table: EffectTable, row: EffectRow, orderedKey?: string): void {
    this.#open()
    if (orderedKey !== undefined) this.#run.attempt.orderedKeys.add(orderedKey)
    this.#run.attempt.effect(table, row)
  }

  protected async row(table: TableInfo, key: string): Promise<Tuple | null> {
    const { attempt, source, solo } = this.#run
    if (solo) return solo.row(table, key, attempt)
    const ops = attempt.opsOn(table, key)
    if (ops?.[0]?.kind === 'insert') return Attempt.fold(table, null, ops)
    let seen = attempt.seenRow(table, key)
    if (seen === undefined) {
      const told = source.row(table, key)
      seen = told instanceof Promise ? await this.#fromStore(told) : told
      if (seen === undefined) return this.#outside(table, key)
      attempt.sawRow(table, seen ? keyOf(table, seen) : key, seen)
    }
    // What this handler wrote while it waited counts too.
    const written = attempt.opsOn(table, key)
    return written ? Attempt.fold(table, seen, written) : seen
  }

  protected override rows(table: TableInfo, keys: readonly string[]): Promise<readonly (Tuple | null)[]> {
    const { attempt, source, solo } = this.#run
    if (solo || attempt.hasWritten(table)) return super.rows(table, keys)
    return this.#fetch(table, keys, attempt, source)
  }

  /** Many rows that this handler has not written: one wait for all. */
  async #fetch(table: TableInfo, keys: readonly string[], attempt: Attempt, source: Source): Promise<readonly (Tuple | null)[]> {
    const told = keys.map((key) => attempt.seenRow(table, key) ?? source.row(table, key))
    const waits = told.some((one) => one instanceof Promise)
    const tuples = waits ? await this.#fromStore(Promise.all(told)) : (told as (Tuple | null | undefined)[])
    for (let at = 0; at < keys.length; at++) {
      const tuple = tuples[at]
      if (tuple === undefined) return this.#outside(table, keys[at])
      attempt.sawRow(table, tuple ? keyOf(table, tuple) : keys[at]!, tuple)
    }
    // What this handler wrote while it waited counts too.
    return attempt.hasWritten(table) ? super.rows(table, keys) : (tuples as readonly (Tuple | null)[])
  }

  protected async shaped(shape: Shape, parameters: readonly string[], matching?: SQL): Promise<readonly Tuple[]> {
    const { attempt, source, solo } = this.#run
    if (matching) throw new KeelsonError('invalid_use', { message: '`matching` is for queries; in a command use tx.drizzle, which runs it solo.' })
    if (solo) return solo.shaped(shape, parameters, attempt)
    if (attempt.hasWritten(shape.table)) {
      const own = isUniqueShape(shape) ? this.#ownUnique(shape, parameters) : undefined
      if (own !== undefined) return own
      if (!isUniqueShape(shape) || this.#ownMoves(shape)) return this.#leave(`reads a list of ${shape.table.name} after writing to it`)
    }
    const read = { shape, parameters }
    const id = readId(read)
    const seen = attempt.reads.get(id)
    if (seen) return seen.tuples
    const told = source.shaped(shape, parameters)
    const tuples = told instanceof Promise ? await this.#fromStore(told) : told
    if (tuples === undefined) return this.#outside(shape.table)
    attempt.reads.set(id, { read, tuples })
    return tuples
  }

  protected override async found(table: TableInfo, tuple: Tuple): Promise<Tuple | null> {
    const { attempt, solo } = this.#run
    if (solo) return tuple
    const key = keyOf(table, tuple)
    if (attempt.inserts(table, key)) return tuple
    if (attempt.seenRow(table, key) === undefined) attempt.sawRow(table, key, tuple)
    return this.row(table, key)
  }

  async sql<R extends Record<string, unknown> = Record<string, unknown>>(text: TemplateStringsArray, ...values: unknown[]): Promise<R[]> {
    const { solo, attempt } = this.#run
    return solo ? solo.sql<R>(text, values, attempt) : this.#leave('uses tx.sql')
  }

  get drizzle(): PgDatabase<PgQueryResultHKT, Record<string, never>> {
    const { solo, attempt } = this.#run
    return solo ? solo.drizzle(attempt) : this.#end('uses tx.drizzle')
  }

  insert<T extends PgTable>(table: T, values: NewRow<T>): Row<T> {
    const info = this.info(table)
    if (info.insertIsDelicate !== undefined) this.#delicate(info.insertIsDelicate)
    if (info.computed) {
      throw new KeelsonError('invalid_use', { message: `${info.name} has computed columns, which only the database knows: await tx.insertReturning(…).` })
    }
    return knownRow(info, values, this.#insert(info, values)) as Row<T>
  }

  insertMany<T extends PgTable>(table: T, values: readonly NewRow<T>[]): Row<T>[] {
    return values.map((one) => this.insert(table, one))
  }

  async insertReturning<T extends PgTable>(table: T, values: NewRow<T>): Promise<Row<T>> {
    const info = this.info(table)
    const { solo, attempt } = this.#run
    if (!solo) return this.#leave('uses tx.insertReturning')
    this.#open()
    return decodeRow(info, await solo.insertReturning(info, encodePatch(info, values), attempt)) as Row<T>
  }

  async insertIgnore<T extends PgTable>(table: T, values: NewRow<T>): Promise<Row<T> | undefined> {
    const info = this.info(table)
    const tuple = encodeInsert(info, values, (make) => this.#default(make))
    if (await this.row(info, keyOf(info, tuple))) return undefined
    for (const unique of info.uniques) {
      const parameters = unique.columns.map((column) => tuple[column])
      if (unique.complex || parameters.some((parameter) => parameter === null)) continue
      const taken = await this.shaped(uniqueShape(info, unique), parameters as string[])
      if (taken.length > 0) return undefined
    }
    return this.insert(table, values)
  }

  async upsert<T extends PgTable>(
    table: T,
    values: NewRow<T>,
    options: { readonly by?: Column | readonly Column[]; readonly set?: Patch<T> } = {},
  ): Promise<Row<T>> {
    const info = this.info(table)
    const by = options.by === undefined ? undefined : ([options.by].flat() as Column[]).map((column) => info.columns.find((candidate) => candidate.drizzle === column))
    const columns = by ?? info.primaryKey
    const given = values as Record<string, unknown>
    const existing = await this.get(table, Object.fromEntries(columns.map((column) => [column!.property, given[column!.property]])) as Key<T>)
    if (!existing) return this.insert(table, values)
    const set = options.set ?? Object.fromEntries(Object.entries(given).filter(([property]) => !columns.some((column) => column!.property === property)))
    const key = Object.fromEntries(info.primaryKey.map((column) => [column.property, existing[column.property as keyof typeof existing]]))
    this.update(table, key as Key<T>, set as Patch<T>)
    return (await this.get(table, key as Key<T>))!
  }

  update<T extends PgTable>(table: T, key: Key<T>, patch: Patch<T>): void {
    const info = this.info(table)
    const { columns, values } = encodePatch(info, patch)
    const delicate = info.updateIsDelicate ?? columns.map((column) => info.columns[column]!.changeIsDelicate).find((reason) => reason !== undefined)
    if (delicate !== undefined) this.#delicate(delicate)
    this.#write(info, key, { kind: 'patch', columns, values })
  }

  increment<T extends PgTable>(table: T, key: Key<T>, by: Numeric<T>): void {
    const info = this.info(table)
    if (info.updateIsDelicate !== undefined) this.#delicate(info.updateIsDelicate)
    this.#write(info, key, { kind: 'increment', ...encodeDeltas(info, by) })
  }

  async updateWhere<T extends PgTable, const W extends Where<T>>(table: T, where: W & Defined<W>, patch: Patch<T>, options: { readonly rowsMax: number }): Promise<number> {
    const keys = await this.#keysWhere(table, where, options.rowsMax, 'updateWhere')
    for (const key of keys) this.update(table, key, patch)
    return keys.length
  }

  async deleteWhere<T extends PgTable, const W extends Where<T>>(table: T, where: W & Defined<W>, options: { readonly rowsMax: number }): Promise<number> {
    const keys = await this.#keysWhere(table, where, options.rowsMax, 'deleteWhere')
    for (const key of keys) this.delete(table, key)
    return keys.length
  }

  delete<T extends PgTable>(table: T, key: Key<T>): void {
    const info = this.info(table)
    if (info.deleteIsDelicate !== undefined) this.#delicate(info.deleteIsDelicate)
    this.#write(info, key, { kind: 'delete' })
  }

  async #keysWhere<T extends PgTable>(table: T, where: object, rowsMax: number, name: string): Promise<Key<T>[]> {
    const info = this.info(table)
    const tuples = await this.tuples(info, { where }, rowsMax + 1)
    if (tuples.length > rowsMax) throw new KeelsonError('invalid_use', { message: `${name} meets more than rowsMax (${rowsMax}) rows of ${info.name}.` })
    for (const tuple of tuples) await this.found(info, tuple)
    return tuples.map((tuple) => Object.fromEntries(info.primaryKey.map((column) => [column.property, column.codec.decode(tuple[column.index]!)])) as Key<T>)
  }

  #insert(info: TableInfo, values: object): Tuple {
    this.#open()
    const { attempt, solo } = this.#run
    const tuple = encodeInsert(info, values, (make) => this.#default(make))
    const key = keyOf(info, tuple)
    if (!solo) {
      if (!info.keyIsText) this.#delicate('its key has an equality of its own')
      this.#check(info, key, { kind: 'insert', tuple })
    }
    attempt.write(info, key, { kind: 'insert', tuple })
    return tuple
  }

  #write(info: TableInfo, given: unknown, op: RowOp): void {
    this.#open()
    const key = compilePrimaryKey(info, given)
    if (!this.#run.solo) {
      if (!info.keyIsText) this.#delicate('its key has an equality of its own')
      this.#check(info, key, op)
    }
    this.#run.attempt.write(info, key, op)
  }

  /** Says at once what is known to go wrong with this write. */
  #check(info: TableInfo, key: string, op: RowOp): void {
    const { attempt } = this.#run
    const ops = attempt.opsOn(info, key)
    const seen = attempt.seenRow(info, key)
    if (seen === undefined && ops?.[0]?.kind !== 'insert') return
    Attempt.fold(info, seen ?? null, [...(ops ?? []), op])
  }

  /** A row of this handler's own with these unique values. */
  #ownUnique(shape: Shape, parameters: readonly string[]): readonly Tuple[] | undefined {
    const { attempt } = this.#run
    for (const [, ops] of attempt.opsOf(shape.table) ?? []) {
      if (ops[0]?.kind !== 'insert') continue
      const tuple = Attempt.fold(shape.table, null, ops)
      if (tuple && shape.conditions.every(({ column }, at) => tuple[column] === parameters[at])) return [tuple]
    }
    return undefined
  }

  /** Whether own writes may have changed which stored row has a unique value. */
  #ownMoves(shape: Shape): boolean {
    const unique = new Set(shape.conditions.map(({ column }) => column))
    const moves = (op: RowOp): boolean => op.kind === 'delete' || (op.kind !== 'insert' && op.columns.some((column) => unique.has(column)))
    return [...(this.#run.attempt.opsOf(shape.table)?.values() ?? [])].some((ops) => ops.some(moves))
  }

  /** A failure of the database is not an outcome of the command, whatever the handler makes of it. */
  async #fromStore<V>(told: Promise<V>): Promise<V> {
    try {
      return await told
    } catch (error) {
      if (!(error instanceof KeelsonError)) this.#run.attempt.storeError ??= { error }
      throw error
    }
  }

  #outside(table: TableInfo, key?: string): Promise<never> {
    const { attempt } = this.#run
    if (key !== undefined) attempt.missed = { table, key }
    attempt.depart({ kind: 'footprint' })
    return NEVER
  }

  #default(make: () => unknown): unknown {
    return this.#run.constants.defaultAt(this.#defaults++, make)
  }

  #delicate(reason: string): void {
    if (!this.#run.solo) this.#end(reason)
  }

  #leave(reason: string): Promise<never> {
    this.#run.attempt.depart({ kind: 'solo', reason })
    return NEVER
  }

  #end(reason: string): never {
    void this.#leave(reason)
    throw new RunEnded(reason)
  }

  #open(): void {
    if (!this.#run.attempt.closed) return
    throw new KeelsonError('invalid_use', { message: 'tx was used after the handler had ended: await every call.' })
  }
}

