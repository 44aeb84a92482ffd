/**
 * `tx`: what a command's handler holds. Reads are recorded (recorded-reads.ts); writes are recorded too and change
 * nothing until the group flushes. What cannot be done that way sends the command to run solo.
 */
import type { Column } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import { KeelsonError } from '../errors.js'
import { keyOf, type TableInfo, type Tuple } from '../schema/table.js'
import { Attempt } from './attempt.js'
import type { Cursors } from './cursor.js'
import { encodeDeltas, encodeInsert, encodePatch } from './encode.js'
import { compilePrimaryKey } from './keys.js'
import type { EffectRow, EffectTable } from './port.js'
import { RecordedReads } from './recorded-reads.js'
import { columnsOf, type RowOp } from './row-op.js'
import { decodeRow, knownRow } from './rows.js'
import { uniqueShape } from './shape.js'
import type { Defined, Key, NewRow, Numeric, Patch, Row, TransactionVocabulary, Where } from './vocabulary.js'

export class Transaction extends RecordedReads implements TransactionVocabulary {
  #ids = 0
  #defaults = 0

  /** Given by those who add operations to the engine. */
  protected get cursors(): Cursors {
    throw new KeelsonError('invalid_use', { message: 'There is nothing here that seals cursors.' })
  }

  /** The time of the command, the same however often it runs. A new object each time. */
  get now(): Date {
    return new Date(this.current.constants.nowMs)
  }

  /** A new UUID (version 7), the same again when the engine runs the handler again. */
  id(): string {
    return this.current.constants.idAt(this.#ids++)
  }

  /** Whether this command itself made the id: nobody else can know it yet. */
  protected isBorn(id: string): boolean {
    return this.current.constants.isBorn(id)
  }

  /** Adds a row to a table of Keelson's own in the same commit; `orderedKey` is a lock held from before the flush. */
  protected effect(table: EffectTable, row: EffectRow, orderedKey?: string): void {
    this.assertOpen()
    this.current.attempt.effect(table, row, orderedKey)
  }

  insert<T extends PgTable>(table: T, values: NewRow<T>): Row<T> {
    const info = this.info(table)
    if (info.insertIsDelicate !== undefined) this.delicate(info.insertIsDelicate)
    if (info.computed) {
      throw new KeelsonError('invalid_use', {
        message: `${info.name} has computed columns, which only the database knows: await tx.insertReturning(…).`,
      })
    }
    return knownRow(info, values, this.#insert(info, values))
  }

  insertMany<T extends PgTable>(table: T, values: readonly NewRow<T>[]): Row<T>[] {
    return values.map((one) => this.insert(table, one))
  }

  async insertReturning<T extends PgTable>(table: T, values: NewRow<T>): Promise<Row<T>> {
    const info = this.info(table)
    const { solo, attempt } = this.current
    if (!solo) return this.leave('uses tx.insertReturning')
    this.assertOpen()
    return decodeRow(info, await solo.insertReturning(info, encodePatch(info, values), attempt))
  }

  async insertIgnore<T extends PgTable>(table: T, values: NewRow<T>): Promise<Row<T> | undefined> {
    const info = this.info(table)
    const drawn = this.#defaults
    const tuple = encodeInsert(info, values, (make) => this.#default(make))
    if (await this.row(info, keyOf(info, tuple))) return undefined
    for (const unique of info.uniques) {
      const parameters = unique.columns.map((column) => tuple[column])
      if (unique.complex || parameters.some((parameter) => parameter === null)) continue
      const [taken] = await this.shaped(uniqueShape(info, unique), parameters as string[])
      if (taken === undefined) continue
      // Seen as a row, so that it is locked: it must not go while this command rests on it.
      await this.found(info, taken)
      return undefined
    }
    // What default functions gave above is what was found to be free.
    this.#defaults = drawn
    return this.insert(table, values)
  }

  async upsert<T extends PgTable>(
    table: T,
    values: NewRow<T>,
    options: { readonly by?: Column | readonly Column[]; readonly set?: Patch<T> } = {},
  ): Promise<Row<T>> {
    const info = this.info(table)
    const by =
      options.by === undefined
        ? undefined
        : (Array.isArray(options.by) ? (options.by as readonly Column[]) : [options.by as Column]).map(
            (column) => info.columns.find((candidate) => candidate.drizzle === column),
          )
    const columns = by ?? info.primaryKey
    const given = values as Record<string, unknown>
    const existing = await this.get(
      table,
      Object.fromEntries(columns.map((column) => [column!.property, given[column!.property]])) as Key<T>,
    )
    if (!existing) return this.insert(table, values)
    const set =
      options.set ??
      Object.fromEntries(
        Object.entries(given).filter(
          ([property]) => ![...columns, ...info.primaryKey].some((column) => column!.property === property),
        ),
      )
    const key = Object.fromEntries(
      info.primaryKey.map((column) => [column.property, existing[column.property as keyof typeof existing]]),
    )
    this.update(table, key as Key<T>, set as Patch<T>)
    return (await this.get(table, key as Key<T>))!
  }

  update<T extends PgTable>(table: T, key: Key<T>, patch: Patch<T>): void {
    const info = this.info(table)
    const { columns, values } = encodePatch(info, patch)
    const delicate =
      info.updateIsDelicate ??
      columns.map((column) => info.columns[column]!.changeIsDelicate).find((reason) => reason !== undefined)
    if (delicate !== undefined) this.delicate(delicate)
    if (
      columns.some((column) => info.columns[column]!.unique) &&
      this.#movesUnique(info, compilePrimaryKey(info, key))
    )
      this.delicate('it moves unique values between rows')
    this.#write(info, key, { kind: 'patch', columns, values })
  }

  increment<T extends PgTable>(table: T, key: Key<T>, by: Numeric<T>): void {
    const info = this.info(table)
    const { columns, deltas } = encodeDeltas(info, by)
    const delicate =
      info.updateIsDelicate ??
      columns.map((column) => info.columns[column]!.changeIsDelicate).find((reason) => reason !== undefined)
    if (delicate !== undefined) this.delicate(delicate)
    this.#write(info, key, { kind: 'increment', columns, deltas })
  }

  async updateWhere<T extends PgTable, const W extends Where<T>>(
    table: T,
    where: W & Defined<W>,
    patch: Patch<T>,
    options: { readonly rowsMax: number },
  ): Promise<number> {
    const keys = await this.#keysWhere(table, where, options.rowsMax, 'updateWhere')
    for (const key of keys) this.update(table, key, patch)
    return keys.length
  }

  async deleteWhere<T extends PgTable, const W extends Where<T>>(
    table: T,
    where: W & Defined<W>,
    options: { readonly rowsMax: number },
  ): Promise<number> {
    const keys = await this.#keysWhere(table, where, options.rowsMax, 'deleteWhere')
    for (const key of keys) this.delete(table, key)
    return keys.length
  }

  delete<T extends PgTable>(table: T, key: Key<T>): void {
    const info = this.info(table)
    if (info.deleteIsDelicate !== undefined) this.delicate(info.deleteIsDelicate)
    // Folded they would be nothing, and nobody would notice that the key was taken.
    if (this.current.attempt.inserts(info, compilePrimaryKey(info, key)))
      this.delicate('it deletes a row that it has inserted')
    this.#write(info, key, { kind: 'delete' })
  }

  async #keysWhere<T extends PgTable>(
    table: T,
    where: object,
    rowsMax: number,
    name: string,
  ): Promise<Key<T>[]> {
    const info = this.info(table)
    const tuples = await this.tuples(info, { where }, rowsMax + 1)
    if (tuples.length > rowsMax)
      throw new KeelsonError('invalid_use', {
        message: `${name} meets more than rowsMax (${rowsMax}) rows of ${info.name}.`,
      })
    for (const tuple of tuples) await this.found(info, tuple)
    return tuples.map(
      (tuple) =>
        Object.fromEntries(
          info.primaryKey.map((column) => [column.property, column.codec.decode(tuple[column.index]!)]),
        ) as Key<T>,
    )
  }

  /** Whether the handler has changed unique columns of another row: which of the two comes first decides whether they clash. */
  #movesUnique(info: TableInfo, key: string): boolean {
    const sets = (op: RowOp): boolean => columnsOf(op).some((column) => info.columns[column]!.unique)
    return [...(this.current.attempt.opsOf(info) ?? [])].some(
      ([other, ops]) => other !== key && ops[0]!.kind !== 'insert' && ops.some(sets),
    )
  }

  #insert(info: TableInfo, values: object): Tuple {
    this.assertOpen()
    const { attempt, solo } = this.current
    const tuple = encodeInsert(info, values, (make) => this.#default(make))
    const key = keyOf(info, tuple)
    if (!solo) {
      if (!info.keyIsText) this.delicate('its key has an equality of its own')
      this.#check(info, key, { kind: 'insert', tuple })
      if (attempt.opsOn(info, key)) this.delicate('it inserts a row again that it has changed')
    }
    attempt.write(info, key, { kind: 'insert', tuple })
    return tuple
  }

  #write(info: TableInfo, given: unknown, op: RowOp): void {
    this.assertOpen()
    const key = compilePrimaryKey(info, given)
    if (!this.current.solo) {
      if (!info.keyIsText) this.delicate('its key has an equality of its own')
      this.#check(info, key, op)
    }
    this.current.attempt.write(info, key, op)
  }

  /** Says at once what is known to go wrong with this write. */
  #check(info: TableInfo, key: string, op: RowOp): void {
    const { attempt } = this.current
    const ops = attempt.opsOn(info, key)
    const seen = attempt.seenRow(info, key)
    if (seen === undefined && ops?.[0]?.kind !== 'insert') return
    Attempt.fold(info, seen ?? null, [...(ops ?? []), op])
  }

  #default(make: () => unknown): unknown {
    return this.current.constants.defaultAt(this.#defaults++, make)
  }
}
