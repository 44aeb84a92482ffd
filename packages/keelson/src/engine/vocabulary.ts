/**
 * The words a handler speaks: reads (`tx` in commands, `db` in queries) and writes (`tx`). Only types; commands get
 * them from transaction.ts, queries from reader.ts.
 */
import type { Column, SQL } from 'drizzle-orm'
import type { PgDatabase, PgQueryResultHKT, PgTable } from 'drizzle-orm/pg-core'

/** A row as Drizzle reads it. */
export type Row<T extends PgTable> = T['$inferSelect']
/** What Drizzle takes for an insert. */
export type NewRow<T extends PgTable> = T['$inferInsert']
/** Columns to change. */
export type Patch<T extends PgTable> = { [P in keyof Row<T>]?: Row<T>[P] }

type Columns<T extends PgTable> = T['_']['columns']
type PrimaryProperty<T extends PgTable> = {
  [P in keyof Columns<T>]: Columns<T>[P]['_']['isPrimaryKey'] extends true ? P : never
}[keyof Columns<T>]
type IsUnion<T, U = T> = [T] extends [never]
  ? false
  : T extends unknown
    ? [U] extends [T]
      ? false
      : true
    : false

/** The value of a single-column primary key declared on its column; never where the key is declared otherwise. */
export type PrimaryValue<T extends PgTable> =
  IsUnion<PrimaryProperty<T>> extends true
    ? never
    : PrimaryProperty<T> extends keyof Row<T>
      ? Row<T>[PrimaryProperty<T>]
      : never

/** The columns of the primary key or of one unique constraint, by name. */
export type NamedKey<T extends PgTable> = { [P in keyof Row<T>]?: NonNullable<Row<T>[P]> }

/** The value of the primary key, or an object with the columns of the primary key or of one unique constraint. */
export type Key<T extends PgTable> = PrimaryValue<T> | NamedKey<T>

declare const given: unique symbol
/** A condition that counts only if its value was given; made by `maybe`. */
export interface Maybe<V> {
  readonly [given]: V
}

export type Condition<V> =
  | (V extends object ? (V extends Date ? V : never) : V)
  | Maybe<V>
  | { readonly in: readonly NonNullable<V>[] }
  | {
      readonly gt?: NonNullable<V>
      readonly gte?: NonNullable<V>
      readonly lt?: NonNullable<V>
      readonly lte?: NonNullable<V>
    }
  | (null extends V ? null | { readonly not: null } : never)

/** Columns and what they must be: a value, `{ in }`, a range, null, `{ not: null }` or `maybe(value)`. All must hold. */
export type Where<T extends PgTable> = { readonly [P in keyof Row<T>]?: Condition<Row<T>[P]> }

/** Refuses `undefined` where it would silently mean "every row". */
export type Defined<W> = {
  [P in keyof W]: undefined extends W[P]
    ? { 'undefined would match every row: use maybe(value)': never }
    : W[P]
}

export type Order = Column | SQL

export interface ListOptions<T extends PgTable, W extends Where<T>> {
  readonly where?: W & Defined<W>
  /** A further condition in SQL, as Drizzle writes it. Queries only. */
  readonly matching?: SQL
  /** A column, `asc(column)` or `desc(column)` of Drizzle. The primary key always breaks ties. */
  readonly orderBy?: Order | readonly Order[]
  /** At most 10,000. Without it more than 1,000 rows are an error rather than a silent cut. */
  readonly limit?: number
}

/** What `pageInput` adds to a query's input. */
export interface PageRequest {
  readonly limit: number
  readonly cursor?: string | undefined
}

/** What `pageInput` with `page: 'offset'` adds. */
export interface OffsetRequest {
  readonly limit: number
  /** How many rows to pass over; at most 10,000. */
  readonly offset: number
}

export interface Page<R> {
  readonly items: R[]
  /** Give it back as `cursor` for what follows; null on the last page. */
  readonly next: string | null
}

export interface Total {
  /** How many rows there are on all pages, counted anew for each page. */
  readonly total: number
}

export interface OffsetPage<R> extends Total {
  readonly items: R[]
}

interface PagedList<T extends PgTable, W extends Where<T>> {
  readonly where?: W & Defined<W>
  /** A further condition in SQL, as Drizzle writes it. Queries only. */
  readonly matching?: SQL
  readonly orderBy?: Order | readonly Order[]
}

export interface PageOptions<T extends PgTable, W extends Where<T>> extends PagedList<T, W> {
  readonly page: PageRequest
  /** Also count all rows, which reads them all. */
  readonly total?: boolean
}

export interface OffsetPageOptions<T extends PgTable, W extends Where<T>> extends PagedList<T, W> {
  readonly page: OffsetRequest
}

/** Rows by the key they were asked for. */
export interface Rows<K, R> {
  get(key: K): R | undefined
  has(key: K): boolean
  values(): IterableIterator<R>
  readonly size: number
}

export interface Children<P, R> {
  /** The rows that refer to this parent, in the order of their primary key. */
  of(parent: P): R[]
}

export interface Reads {
  /** The row, or undefined. Concurrent reads of one table become one statement. */
  get<T extends PgTable>(table: T, key: Key<T>): Promise<Row<T> | undefined>
  /** The rows of many keys, in one statement. Keys without a row are absent. */
  getMany<T extends PgTable, K extends Key<T>>(table: T, keys: readonly K[]): Promise<Rows<K, Row<T>>>
  /** The row; where there is none, `orElse` decides, by default with `not_found`. */
  require<T extends PgTable>(table: T, key: Key<T>, orElse?: () => never): Promise<Row<T>>
  list<T extends PgTable, const W extends Where<T> = {}>(
    table: T,
    options?: ListOptions<T, W>,
  ): Promise<Row<T>[]>
  /** A page by offset, with the total. Rows that come or go meanwhile shift what follows. */
  page<T extends PgTable, const W extends Where<T> = {}>(
    table: T,
    options: OffsetPageOptions<T, W>,
  ): Promise<OffsetPage<Row<T>>>
  page<T extends PgTable, const W extends Where<T> = {}>(
    table: T,
    options: PageOptions<T, W> & { readonly total: true },
  ): Promise<Page<Row<T>> & Total>
  /** A page by cursor: what follows stays right whatever rows come or go. Orders by columns that are never null. */
  page<T extends PgTable, const W extends Where<T> = {}>(
    table: T,
    options: PageOptions<T, W>,
  ): Promise<Page<Row<T>>>
  /** The rows of `table` that refer to these parents, in one statement. `via` names the foreign key's column if there are several. */
  children<P extends object, T extends PgTable>(
    parents: readonly P[],
    table: T,
    options?: { readonly via?: Column },
  ): Promise<Children<P, Row<T>>>
  count<T extends PgTable, const W extends Where<T> = {}>(table: T, where?: W & Defined<W>): Promise<number>
  exists<T extends PgTable, const W extends Where<T> = {}>(table: T, where?: W & Defined<W>): Promise<boolean>
  /** SQL as it stands; values become parameters. In a command this runs the command solo. */
  sql<R extends Record<string, unknown> = Record<string, unknown>>(
    text: TemplateStringsArray,
    ...values: unknown[]
  ): Promise<R[]>
  /** Drizzle's query builder. In a command this runs the command solo. */
  readonly drizzle: PgDatabase<PgQueryResultHKT, Record<string, never>>
}

export type Numeric<T extends PgTable> = {
  [P in keyof Row<T>]?: NonNullable<Row<T>[P]> extends number
    ? number
    : NonNullable<Row<T>[P]> extends bigint
      ? bigint
      : NonNullable<Row<T>[P]> extends string
        ? string | number
        : never
}

export interface Writes {
  /** The row is known at once: columns not given get their declared default or null. Where only the database knows them: `insertReturning`. */
  insert<T extends PgTable>(table: T, values: NewRow<T>): Row<T>
  insertMany<T extends PgTable>(table: T, values: readonly NewRow<T>[]): Row<T>[]
  /** For identity, serial and generated columns, SQL defaults and triggers; runs the command solo. */
  insertReturning<T extends PgTable>(table: T, values: NewRow<T>): Promise<Row<T>>
  /** The new row, or undefined where its key is taken. */
  insertIgnore<T extends PgTable>(table: T, values: NewRow<T>): Promise<Row<T> | undefined>
  /** Inserts, or changes the row that has the same `by` (default: the primary key) to `set` (default: all values given). */
  upsert<T extends PgTable>(
    table: T,
    values: NewRow<T>,
    options?: { readonly by?: Column | readonly Column[]; readonly set?: Patch<T> },
  ): Promise<Row<T>>
  /** Changes the row; where there is none the command fails with `not_found`. */
  update<T extends PgTable>(table: T, key: Key<T>, patch: Patch<T>): void
  /** Adds to columns; two increments never conflict. Where there is no row the command fails with `not_found`. */
  increment<T extends PgTable>(table: T, key: Key<T>, by: Numeric<T>): void
  updateWhere<T extends PgTable, const W extends Where<T>>(
    table: T,
    where: W & Defined<W>,
    patch: Patch<T>,
    options: { readonly rowsMax: number },
  ): Promise<number>
  deleteWhere<T extends PgTable, const W extends Where<T>>(
    table: T,
    where: W & Defined<W>,
    options: { readonly rowsMax: number },
  ): Promise<number>
  /** Removes the row; where there is none the command fails with `not_found`. */
  delete<T extends PgTable>(table: T, key: Key<T>): void
}

/** What a command may do to the database. `call` and `emit` are added by the operation room. */
export type TransactionVocabulary = Reads & Writes
