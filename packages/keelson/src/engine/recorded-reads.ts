/**
 * The reading half of `tx`: what a run reads comes from its source, is recorded, and is seen through the run's own
 * writes. A run that asks for what its source cannot tell ends there.
 */
import type { SQL } from 'drizzle-orm'
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'
import { KeelsonError } from '../errors.js'
import { keyOf, type TableInfo, type Tuple } from '../schema/table.js'
import { Attempt, readId } from './attempt.js'
import { overlaidRead, type ChangedRow } from './overlaid-read.js'
import type { Shape, ShapedRead } from './port.js'
import { ReadVocabulary } from './reads.js'
import { isOpaque, type RowOp } from './row-op.js'
import { RunEnded, type Run, type Source } from './run.js'
import { isUniqueShape } from './shape.js'

const NEVER: Promise<never> = new Promise(() => undefined)

export abstract class RecordedReads extends ReadVocabulary {
  protected readonly current: Run

  constructor(run: Run) {
    super(run.tables)
    this.current = run
  }

  protected async row(table: TableInfo, key: string): Promise<Tuple | null> {
    const { attempt, source, solo } = this.current
    if (solo) return solo.row(table, key, attempt)
    const ops = attempt.opsOn(table, key)
    if (ops?.[0]?.kind === 'insert') return Attempt.fold(table, null, ops)
    let seen = attempt.seenRow(table, key)
    if (seen === undefined) {
      const told = source.row(table, key)
      const found = told instanceof Promise ? await this.#fromStore(told, table) : told
      if (found === undefined) return this.#outside(table, key)
      seen = attempt.sawRow(table, found ? keyOf(table, found) : key, found)
    }
    // What this handler wrote while it waited counts too.
    const written = attempt.opsOn(table, key)
    return written ? Attempt.fold(table, seen, written) : seen
  }

  protected override rows(table: TableInfo, keys: readonly string[]): Promise<readonly (Tuple | null)[]> {
    const { attempt, source, solo } = this.current
    if (solo || attempt.hasWritten(table)) return super.rows(table, keys)
    return this.#fetch(table, keys, attempt, source)
  }

  /** Many rows that this handler has not written: one wait for all. */
  async #fetch(
    table: TableInfo,
    keys: readonly string[],
    attempt: Attempt,
    source: Source,
  ): Promise<readonly (Tuple | null)[]> {
    const told = keys.map((key) => {
      const seen = attempt.seenRow(table, key)
      return seen === undefined ? source.row(table, key) : seen
    })
    const waits = told.some((one) => one instanceof Promise)
    const found = waits
      ? await this.#fromStore(Promise.all(told as Promise<Tuple | null | undefined>[]), table)
      : (told as (Tuple | null | undefined)[])
    const tuples: (Tuple | null)[] = []
    for (let at = 0; at < keys.length; at++) {
      const tuple = found[at]
      if (tuple === undefined) return this.#outside(table, keys[at])
      tuples.push(attempt.sawRow(table, tuple ? keyOf(table, tuple) : keys[at]!, tuple))
    }
    // What this handler wrote while it waited counts too.
    return attempt.hasWritten(table) ? super.rows(table, keys) : tuples
  }

  protected async shaped(
    shape: Shape,
    parameters: readonly string[],
    matching?: SQL,
  ): Promise<readonly Tuple[]> {
    const { attempt, source, solo } = this.current
    if (matching)
      throw new KeelsonError('invalid_use', {
        message: '`matching` is for queries; in a command use tx.drizzle, which runs it solo.',
      })
    if (solo) return solo.shaped(shape, parameters, attempt)
    if (attempt.hasWritten(shape.table)) {
      const own = isUniqueShape(shape) ? this.#ownUnique(shape, parameters) : undefined
      if (own !== undefined) return own
      if (isUniqueShape(shape) && this.#ownMoves(shape)) return this.#leaveForList(shape.table)
    }
    const read = { shape, parameters }
    const id = readId(read)
    const seen = attempt.reads.get(id)
    if (seen) return this.#throughOwn(read, seen.tuples)
    const told = source.shaped(shape, parameters)
    const tuples = told instanceof Promise ? await this.#fromStore(told, shape) : told
    if (tuples === undefined) return this.#outside(shape.table)
    const first = attempt.reads.get(id)
    if (first) return this.#throughOwn(read, first.tuples)
    attempt.sawRead(read, tuples)
    // A stored row of a key that this handler inserts itself: locked like any other that was met.
    for (const tuple of isUniqueShape(shape) ? tuples : []) {
      const key = keyOf(shape.table, tuple)
      if (attempt.inserts(shape.table, key)) attempt.sawRow(shape.table, key, tuple)
    }
    return this.#throughOwn(read, tuples)
  }

  /** A list or count as it is after this handler's own writes, where that can be told from what it has seen. */
  #throughOwn(
    { shape, parameters }: ShapedRead,
    tuples: readonly Tuple[],
  ): readonly Tuple[] | Promise<never> {
    if (isUniqueShape(shape) || !this.current.attempt.hasWritten(shape.table)) return tuples
    const own = this.#ownChanges(shape.table)
    const now = own && overlaidRead(shape, parameters, tuples, own)
    return now ?? this.#leaveForList(shape.table)
  }

  /** Undefined if this handler changed a row blindly, or one that is not there. */
  #ownChanges(table: TableInfo): ChangedRow[] | undefined {
    const { attempt } = this.current
    const changes: ChangedRow[] = []
    for (const [key, ops] of attempt.opsOf(table)!) {
      const isNew = ops[0]!.kind === 'insert'
      const base = isNew ? null : attempt.seenRow(table, key)
      if (base === undefined || (base === null && !isNew)) return undefined
      const opaque = ops.some((op) => isOpaque(table, op))
      changes.push({ key, base, tuple: Attempt.fold(table, base, ops), opaque })
    }
    return changes
  }

  #leaveForList(table: TableInfo): Promise<never> {
    return this.leave(`reads a list of ${table.name} after writing to it`)
  }

  protected override async found(table: TableInfo, tuple: Tuple): Promise<Tuple | null> {
    const { attempt, solo } = this.current
    if (solo) return tuple
    const key = keyOf(table, tuple)
    if (attempt.inserts(table, key)) return tuple
    if (attempt.seenRow(table, key) === undefined) attempt.sawRow(table, key, tuple)
    return this.row(table, key)
  }

  async sql<R extends Record<string, unknown> = Record<string, unknown>>(
    text: TemplateStringsArray,
    ...values: unknown[]
  ): Promise<R[]> {
    const { solo, attempt } = this.current
    return solo ? solo.sql<R>(text, values, attempt) : this.leave('uses tx.sql')
  }

  get drizzle(): PgDatabase<PgQueryResultHKT, Record<string, never>> {
    const { solo, attempt } = this.current
    return solo ? solo.drizzle(attempt) : this.#end('uses tx.drizzle')
  }

  /** A row of this handler's own with these unique values. */
  #ownUnique(shape: Shape, parameters: readonly string[]): readonly Tuple[] | undefined {
    const { attempt } = this.current
    for (const [, ops] of attempt.opsOf(shape.table) ?? []) {
      if (ops[0]?.kind !== 'insert') continue
      const tuple = Attempt.fold(shape.table, null, ops)
      if (tuple && shape.conditions.every(({ column }, at) => tuple[column] === parameters[at]))
        return [tuple]
    }
    return undefined
  }

  /** Whether own writes may have changed which stored row has a unique value. */
  #ownMoves(shape: Shape): boolean {
    const unique = new Set(shape.conditions.map(({ column }) => column))
    const moves = (op: RowOp): boolean =>
      op.kind === 'delete' || (op.kind !== 'insert' && op.columns.some((column) => unique.has(column)))
    return [...(this.current.attempt.opsOf(shape.table)?.values() ?? [])].some((ops) => ops.some(moves))
  }

  /** A failure of the database is not an outcome of the command, whatever the handler makes of it. */
  async #fromStore<V>(told: Promise<V>, of: TableInfo | Shape): Promise<V> {
    const { waveCount } = this.current
    try {
      waveCount?.wants(of)
      return await told
    } catch (error) {
      told.catch(() => undefined)
      if (!(error instanceof KeelsonError)) this.current.attempt.storeError ??= { error }
      throw error
    } finally {
      waveCount?.has(of)
    }
  }

  #outside(table: TableInfo, key?: string): Promise<never> {
    const { attempt } = this.current
    if (key !== undefined) attempt.missed = { table, key }
    attempt.depart({ kind: 'footprint' })
    return NEVER
  }

  /** A write that may do more than it says runs solo. */
  protected delicate(reason: string): void {
    if (!this.current.solo) this.#end(reason)
  }

  /** Ends this run; the command goes solo. */
  protected leave(reason: string): Promise<never> {
    this.current.attempt.depart({ kind: 'solo', reason })
    return NEVER
  }

  #end(reason: string): never {
    void this.leave(reason)
    throw new RunEnded(reason)
  }

  /** Throws once the handler has ended. */
  protected assertOpen(): void {
    if (!this.current.attempt.closed) return
    throw new KeelsonError('invalid_use', {
      message: 'tx was used after the handler had ended: await every call.',
    })
  }
}
