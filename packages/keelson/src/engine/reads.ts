/**
 * The reading half of the vocabulary, over two primitives: a row by its primary key, and the rows of a shape. What
 * stands behind them differs: waves (queries, speculation), locked rows with the overlay (acceptance), SQL (solo).
 */
import type { Column, SQL } from 'drizzle-orm'
import type { PgDatabase, PgQueryResultHKT, PgTable } from 'drizzle-orm/pg-core'
import { KeelsonError } from '../errors.js'
import type { Tables } from '../schema/load.js'
import type { TableInfo, Tuple } from '../schema/table.js'
import { compileWhere, type CompiledWhere } from './condition.js'
import type { Cursors } from './cursor.js'
import { compileKey } from './keys.js'
import { compileOrder } from './order.js'
import { readPage, type AnyPageOptions, type ReadShaped } from './page.js'
import type { Shape } from './port.js'
import { ChildRows, decodeRow, KeyedRows, referenceOf, type AnyRow } from './rows.js'
import { countShape, rowsShape, shapeOf, uniqueShape } from './shape.js'
import type {
  Children,
  Key,
  ListOptions,
  OffsetPage,
  OffsetPageOptions,
  Order,
  Page,
  PageOptions,
  Reads,
  Row,
  Rows,
  Total,
  Where,
} from './vocabulary.js'

/** Rows of a list without a limit; more are an error. */
export const LIST_ROWS_DEFAULT_MAX = 1000
/** The highest limit of a list. */
export const LIST_ROWS_MAX = 10_000
/** Keys of one getMany. */
export const KEYS_MAX = 5000

interface AnyListOptions {
  readonly where?: object
  readonly matching?: SQL
  readonly orderBy?: Order | readonly Order[]
}

const misuse = (message: string): KeelsonError => new KeelsonError('invalid_use', { message })

export abstract class ReadVocabulary implements Reads {
  protected readonly tables: Tables

  constructor(tables: Tables) {
    this.tables = tables
  }

  /** What seals and opens the cursors of this reader's pages. */
  protected abstract get cursors(): Cursors
  protected abstract row(table: TableInfo, key: string): Promise<Tuple | null>
  /** Several rows by their primary keys, in order. */
  protected rows(table: TableInfo, keys: readonly string[]): Promise<readonly (Tuple | null)[]> {
    return Promise.all(keys.map((key) => this.row(table, key)))
  }

  protected abstract shaped(
    shape: Shape,
    parameters: readonly string[],
    matching?: SQL,
  ): Promise<readonly Tuple[]>
  abstract sql<R extends Record<string, unknown>>(
    text: TemplateStringsArray,
    ...values: unknown[]
  ): Promise<R[]>
  abstract get drizzle(): PgDatabase<PgQueryResultHKT, Record<string, never>>

  protected info(table: PgTable): TableInfo {
    const info = this.tables.get(table)
    if (!info) throw misuse('This table belongs to no module of the app: list it in a module.')
    return info
  }

  async get<T extends PgTable>(table: T, key: Key<T>): Promise<Row<T> | undefined> {
    const info = this.info(table)
    const tuple = await this.#find(info, key)
    return tuple ? decodeRow(info, tuple) : undefined
  }

  async getMany<T extends PgTable, K extends Key<T>>(table: T, keys: readonly K[]): Promise<Rows<K, Row<T>>> {
    const info = this.info(table)
    if (keys.length > KEYS_MAX) throw misuse(`getMany takes at most ${KEYS_MAX} keys.`)
    const encode = (key: unknown): string => {
      const compiled = compileKey(info, key)
      return compiled.kind === 'primary' ? compiled.key : compiled.parameters.join('\0')
    }
    const rows = new Map<string, AnyRow>()
    const wanted = new Map(keys.map((key) => [encode(key), key]))
    const texts = [...wanted.keys()]
    const isPrimary = keys.length === 0 || compileKey(info, keys[0]).kind === 'primary'
    const tuples = isPrimary
      ? await this.rows(info, texts)
      : await Promise.all([...wanted.values()].map((key) => this.#find(info, key)))
    for (let at = 0; at < texts.length; at++) {
      const tuple = tuples[at]
      if (tuple) rows.set(texts[at]!, decodeRow(info, tuple))
    }
    return new KeyedRows(rows, encode)
  }

  async require<T extends PgTable>(table: T, key: Key<T>, orElse?: () => never): Promise<Row<T>> {
    const row = await this.get(table, key)
    if (row !== undefined) return row
    orElse?.()
    throw new KeelsonError('not_found')
  }

  async list<T extends PgTable, const W extends Where<T> = {}>(
    table: T,
    options: ListOptions<T, W> = {},
  ): Promise<Row<T>[]> {
    const { limit } = options
    const info = this.info(table)
    if (limit !== undefined && !(Number.isInteger(limit) && limit >= 1 && limit <= LIST_ROWS_MAX)) {
      throw misuse(`limit is a whole number from 1 to ${LIST_ROWS_MAX}.`)
    }
    const tuples = await this.tuples(info, options, limit ?? LIST_ROWS_DEFAULT_MAX + 1)
    if (limit === undefined && tuples.length > LIST_ROWS_DEFAULT_MAX) {
      throw misuse(
        `list(${info.name}) found more than ${LIST_ROWS_DEFAULT_MAX} rows: give a limit, or use page().`,
      )
    }
    return tuples.map((tuple) => decodeRow(info, tuple)) as Row<T>[]
  }

  page<T extends PgTable, const W extends Where<T> = {}>(
    table: T,
    options: OffsetPageOptions<T, W>,
  ): Promise<OffsetPage<Row<T>>>
  page<T extends PgTable, const W extends Where<T> = {}>(
    table: T,
    options: PageOptions<T, W> & { readonly total: true },
  ): Promise<Page<Row<T>> & Total>
  page<T extends PgTable, const W extends Where<T> = {}>(
    table: T,
    options: PageOptions<T, W>,
  ): Promise<Page<Row<T>>>
  async page(table: PgTable, options: AnyPageOptions): Promise<never> {
    const read: ReadShaped = (shape, parameters, matching) => this.shaped(shape, parameters, matching)
    return (await readPage(this.info(table), options, this.cursors, read)) as never
  }

  async children<P extends object, T extends PgTable>(
    parents: readonly P[],
    table: T,
    options: { readonly via?: Column } = {},
  ): Promise<Children<P, Row<T>>> {
    if (parents.length === 0) return { of: () => [] }
    const info = this.info(table)
    const { column, property } = referenceOf(info, this.tables, parents, options.via)
    const { codec } = info.columns[column]!
    const keys = [...new Set(parents.map((parent) => codec.encode((parent as AnyRow)[property])))]
    if (keys.length > KEYS_MAX) throw misuse(`children() takes at most ${KEYS_MAX} parents.`)
    const order = compileOrder(info, undefined)
    // One read for each parent: a shape of its own, coalesced like any other, and each parent's children are bounded.
    const shape = shapeOf({
      table: info,
      conditions: [{ column, operator: '=' }],
      order,
      limit: LIST_ROWS_MAX + 1,
      result: 'rows',
    })
    const found = await Promise.all(keys.map((key) => this.shaped(shape, [key])))
    if (found.some((tuples) => tuples.length > LIST_ROWS_MAX))
      throw misuse(`A parent has more than ${LIST_ROWS_MAX} rows in ${info.name}: use page().`)
    return new ChildRows(info, column, property, found.flat())
  }

  async count<T extends PgTable, const W extends Where<T> = {}>(table: T, where?: W): Promise<number> {
    const info = this.info(table)
    const compiled = compileWhere(info, where)
    const [tuple] = await this.shaped(countShape(info, compiled), compiled.parameters)
    return Number(tuple![0])
  }

  async exists<T extends PgTable, const W extends Where<T> = {}>(table: T, where?: W): Promise<boolean> {
    const info = this.info(table)
    const compiled = compileWhere(info, where)
    const [tuple] = await this.shaped(countShape(info, compiled, 1), compiled.parameters)
    return tuple![0] !== '0'
  }

  /** The tuples of a list. */
  protected tuples(info: TableInfo, options: AnyListOptions, limit: number): Promise<readonly Tuple[]> {
    const where: CompiledWhere = compileWhere(info, options.where)
    const order = compileOrder(info, options.orderBy)
    return this.shaped(rowsShape(info, where, order, limit), where.parameters, options.matching)
  }

  async #find(info: TableInfo, key: unknown): Promise<Tuple | null> {
    const compiled = compileKey(info, key)
    if (compiled.kind === 'primary') return this.row(info, compiled.key)
    const [tuple] = await this.shaped(uniqueShape(info, compiled.unique), compiled.parameters)
    return tuple ? this.found(info, tuple) : null
  }

  /** A row came by another way than its primary key. */
  protected found(_info: TableInfo, tuple: Tuple): Promise<Tuple | null> {
    return Promise.resolve(tuple)
  }
}
