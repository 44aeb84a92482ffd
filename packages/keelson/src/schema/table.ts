/**
 * What the engine knows of a table: the Drizzle definition joined with what the database's catalogue says of it.
 * Values travel as the text that Postgres itself prints (`Tuple`), so that two rows are the same exactly when their
 * texts are; handlers see decoded copies.
 */
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import type { TextOrder } from './text-order.js'

/**
 * A row as Postgres prints it, one text a column in the order of `TableInfo.columns`; null is SQL's NULL. Behind the
 * columns there may stand the row's version (`versionOf`).
 */
export type Tuple = readonly (string | null)[]

/** How one column's values pass between handlers and Postgres' text. */
export interface Codec {
  /** From a handler's value to the text Postgres would print for it. Throws `value_out_of_range`. */
  encode(value: unknown): string
  decode(text: string): unknown
  /** Whether `encode` yields the very text that Postgres would print after storing it. */
  readonly exact: boolean
  /** Set for whole numbers: increments may then be done in memory. */
  readonly integer?: { readonly min: bigint; readonly max: bigint }
}

export interface ColumnInfo {
  readonly index: number
  /** The property's name in handlers. */
  readonly property: string
  readonly name: string
  /** The name, quoted. */
  readonly sql: string
  /** The type for people, such as `timestamp(3) with time zone`. */
  readonly type: string
  /** The type for casts, qualified and without length: a cast must not cut what an assignment would refuse. */
  readonly cast: string
  /** Whether the type is an array. */
  readonly array: boolean
  readonly notNull: boolean
  readonly codec: Codec
  readonly drizzle: PgColumn
  /** The text a missing value gets; undefined where only the database knows it. */
  readonly defaultText: string | null | undefined
  readonly generated: 'stored' | 'identity' | undefined
  /** Part of a unique, foreign-key or exclusion constraint, primary key included. */
  readonly keyed: boolean
  /** Part of a unique (other than the primary key) or exclusion constraint. */
  readonly unique: boolean
  /** Whether two values are equal in SQL exactly when their texts are. */
  readonly textEquality: boolean
  /** How its values sort, told by their texts; undefined where only the database knows. */
  readonly textOrder: TextOrder | undefined
  /** Why changing this column does more than it says (a key changes, others follow by cascade); such a write runs solo. */
  readonly changeIsDelicate: string | undefined
}

export interface UniqueInfo {
  readonly name: string
  readonly columns: readonly number[]
  /** A partial or expression index, or one that can be deferred: nothing is concluded from it in memory. */
  readonly complex: boolean
  /** Whether equal texts in `columns` are what it forbids at most, so that its values can be locked one by one. */
  readonly byText: boolean
  /** Whether two NULLs clash. */
  readonly nullsEqual: boolean
}

export interface ForeignKeyInfo {
  readonly name: string
  readonly columns: readonly number[]
  /** `TableInfo.id` of the table referred to. */
  readonly references: number
  readonly referencedColumns: readonly string[]
}

export interface CheckInfo {
  readonly name: string
  readonly columns: readonly number[]
  /** The SQL expression over the columns' names. */
  readonly expression: string
}

/** A table as far as it can be guarded. */
export interface GuardedTable {
  /** The table's oid: the order in which guards and rows are locked. */
  readonly id: number
  /** `schema.table` without quotes, for people. */
  readonly name: string
  /** Quoted for SQL. */
  readonly sql: string
  /** Others than Keelson write it: its guard is a lock of the table too. */
  readonly external: boolean
}

export interface TableInfo extends GuardedTable {
  readonly drizzle: PgTable
  readonly columns: readonly ColumnInfo[]
  readonly byProperty: ReadonlyMap<string, ColumnInfo>
  readonly primaryKey: readonly ColumnInfo[]
  /** The constraint's name. */
  readonly primaryKeyName: string
  /** Whether two different key texts are always two different rows (not so for citext, numeric, …). */
  readonly keyIsText: boolean
  readonly uniques: readonly UniqueInfo[]
  readonly foreignKeys: readonly ForeignKeyInfo[]
  /** Tables with foreign keys to this one, also such as the application does not declare. */
  readonly referencedBy: readonly GuardedTable[]
  /** Whether its writers keep each other out: it has exclusion constraints, or unique ones that can be deferred. */
  readonly writtenByOne: boolean
  readonly checks: readonly CheckInfo[]
  /** Position among tables such that a table comes after those it refers to. */
  readonly rank: number
  /** Has constraints that are checked at the end of the transaction. */
  readonly deferrable: boolean
  /** Has columns that the database computes from others. */
  readonly computed: boolean
  /** Reasons why a write may do more than it says: such a write runs solo. Undefined where it does not. */
  readonly insertIsDelicate: string | undefined
  readonly updateIsDelicate: string | undefined
  readonly deleteIsDelicate: string | undefined
}

const SEPARATOR = '\u0000'

/** One text for a (possibly composite) key. Postgres' text cannot hold NUL, so that the parts stay apart. */
export const joinKey = (parts: readonly string[]): string =>
  parts.length === 1 ? parts[0]! : parts.join(SEPARATOR)

export const splitKey = (key: string): string[] => key.split(SEPARATOR)

/** The key of a tuple. */
export function keyOf(table: TableInfo, tuple: Tuple): string {
  const columns = table.primaryKey
  if (columns.length === 1) return tuple[columns[0]!.index]!
  return columns.map((column) => tuple[column.index]!).join(SEPARATOR)
}

/**
 * What tells this version of a row from every other one, where it was read as it is stored: the number of the transaction
 * that wrote it (`xmin`), which freezing keeps. Undefined for rows that were computed.
 */
export const versionOf = (table: TableInfo, tuple: Tuple): string | undefined =>
  tuple[table.columns.length] ?? undefined

/** The row's columns as of this version. */
export const withVersion = (table: TableInfo, tuple: Tuple, version: string): Tuple => [
  ...tuple.slice(0, table.columns.length),
  version,
]
