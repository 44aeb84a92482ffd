/**
 * What the engine asks of a database. `engine/postgres-store` answers it with SQL; the model tests answer it in memory,
 * so that admission, ordering, acceptance and bisecting run under seeds in milliseconds.
 *
 * All values are Postgres' own text (`Tuple`), all keys are joined key texts.
 */
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'
import type { Backend } from '../postgres/connection.js'
import type { GuardedTable, TableInfo, Tuple } from '../schema/table.js'

export type Operator = '=' | 'in' | '<' | '<=' | '>' | '>=' | 'is null' | 'is not null'

/** A read's shape: reads of one shape differ only in their parameters and go in one statement. */
export interface Shape {
  /** Equal for equal shapes. */
  readonly id: string
  readonly table: TableInfo
  /** Each takes one parameter (`in`: several, as a Postgres array text), save the two about null, which take none. */
  readonly conditions: readonly { readonly column: number; readonly operator: Operator }[]
  /** The keyset of a cursor: rows after these values in the order; takes one parameter for each column of the order. */
  readonly after: boolean
  readonly order: readonly { readonly column: number; readonly descending: boolean }[]
  /** Most rows; for `count` the number to stop counting at, 0 for none. */
  readonly limit: number
  /** The first rows are passed over; how many is the last parameter. */
  readonly skips: boolean
  /** `rows`: tuples of the table. `count`: one tuple with one text, the number of rows. */
  readonly result: 'rows' | 'count'
}

export interface ShapedRead {
  readonly shape: Shape
  readonly parameters: readonly string[]
}

export interface RowLocks {
  readonly table: TableInfo
  /** Each once; the store locks them in the order of the primary key. */
  readonly keys: readonly string[]
  /** One mode a table, so that two groups meet in one order. */
  readonly mode: 'share' | 'no key update' | 'update'
}

/** A column of what is given; `stored` is the SQL of what is stored, where that is not the value itself. */
export interface EffectColumn {
  readonly name: string
  readonly type: string
  /** Over the values as `given.name`; null: given for the others' sake only, the table has no such column. */
  readonly stored?: string | null
}

/** A table of Keelson's own that is written in the group's commit: events, jobs, idempotency answers, later audit. */
export interface EffectTable {
  readonly name: string
  readonly columns: readonly EffectColumn[]
  /** Name of the column by which stored rows are looked up under the lock, where the table is a memory of answers. */
  readonly lookup?: string
}

export type EffectRow = readonly (string | null)[]

export interface EffectRows {
  readonly table: EffectTable
  readonly rows: readonly EffectRow[]
}

/** Step 2, in the order of its fields. */
export interface LockPlan {
  readonly groupId: string
  /** For a member of the slow lane: on a connection that other groups do not wait for. */
  readonly isSlow?: boolean
  /** Tried, never waited for. `lock` is a signed 64-bit number as text; `key` is looked up in `table` afterwards. */
  readonly claims: readonly { readonly table: EffectTable; readonly lock: string; readonly key: string }[]
  /** Waited for, sorted, each once: signed 64-bit numbers as text. */
  readonly orderedKeys: readonly string[]
  /** Sorted by table id, each table once. Of external tables the guard is a lock of the table too. */
  readonly guards: readonly { readonly table: GuardedTable; readonly exclusive: boolean }[]
  /**
   * Ids of the other tables whose rows the group locks, or its foreign keys will; sorted. Their guards keep out solo
   * commands alone, which lock rows in an order of their own.
   */
  readonly visited: readonly number[]
  /** Sorted by table id. */
  readonly rows: readonly RowLocks[]
  /** Absences by unique key, lists and counts to be read again, after all locks. */
  readonly reads: readonly ShapedRead[]
}

export interface LockedState {
  /** Whether each claim's lock was obtained, in the order of the plan. */
  readonly claimed: readonly boolean[]
  /** The stored row of each claim, if there is one, in the order of `EffectTable.columns`. */
  readonly stored: readonly (EffectRow | undefined)[]
  /** For each entry of `LockPlan.rows`: the rows that exist, by their key as the server returns it. */
  readonly rows: readonly ReadonlyMap<string, Tuple>[]
  /** For each entry of `LockPlan.reads`. */
  readonly reads: readonly (readonly Tuple[])[]
}

export type Write =
  | { readonly kind: 'insert'; readonly table: TableInfo; readonly tuple: Tuple }
  | {
      readonly kind: 'update'
      readonly table: TableInfo
      readonly key: string
      readonly columns: readonly number[]
      readonly tuple: Tuple
    }
  | { readonly kind: 'delete'; readonly table: TableInfo; readonly key: string }

/** All writes of one kind, table and set of columns: one statement. */
export type WriteStatement =
  | {
      readonly kind: 'insert'
      readonly table: TableInfo
      readonly tuples: readonly Tuple[]
      readonly mayClash: boolean
    }
  | {
      readonly kind: 'update'
      readonly table: TableInfo
      readonly columns: readonly number[]
      readonly keys: readonly string[]
      readonly tuples: readonly Tuple[]
    }
  | { readonly kind: 'delete'; readonly table: TableInfo; readonly keys: readonly string[] }

/** Step 4. */
export interface FlushPlan {
  readonly groupId: string
  readonly statements: readonly WriteStatement[]
  /** Row versions that a later member replaced: the table's checks must hold for them too. */
  readonly replaced: readonly { readonly table: TableInfo; readonly tuples: readonly Tuple[] }[]
  readonly effects: readonly EffectRows[]
  /** Check deferred constraints before COMMIT. */
  readonly checkDeferred: boolean
}

/** A group that was accepted on what its members speculated: steps 2 and 4 in one burst. */
export interface BurstPlan {
  readonly locks: LockPlan
  /** For each entry of `locks.rows`, in the order of its keys: the version that the row must still have. */
  readonly versions: readonly (readonly string[])[]
  readonly flush: FlushPlan
}

/** A violation as SQLSTATE and fields say it; never the server's text. */
export interface Violation {
  readonly sqlState: string
  readonly constraint?: string
  readonly table?: string
  readonly columns?: readonly string[]
}

export type FlushResult =
  /** `version`: of all rows that were written, where it is known. */
  | { readonly kind: 'committed'; readonly version?: string | undefined }
  /** Nothing was committed: these keys of this table exist already (or a unique value of theirs does). */
  | { readonly kind: 'clash'; readonly table: TableInfo; readonly keys: readonly string[] }
  /** Nothing was committed: some write breaks a constraint or cannot be stored. */
  | { readonly kind: 'violation'; readonly violation: Violation; readonly error: unknown }
  /** Nothing was committed: deadlock, time-out, serialization failure, connection lost before COMMIT was sent. */
  | { readonly kind: 'retry'; readonly error: unknown }
  /** The connection died with COMMIT under way; `backend` served it, where it can be told. */
  | { readonly kind: 'lost'; readonly error: unknown; readonly backend?: Backend | undefined }

/** A group that holds its locks. Exactly one of the three is called, once. */
export interface LockedGroup {
  readonly state: LockedState
  flush(plan: FlushPlan): Promise<FlushResult>
  /**
   * A group of one: the writes one by one in the handler's order under a savepoint; on a violation they are undone and
   * `instead(violation)` is committed in their place (the stored answer of the refusal); where it gives undefined,
   * nothing is committed and the result is `retry`.
   */
  flushAlone(
    groupId: string,
    writes: readonly Write[],
    effects: readonly EffectRows[],
    instead: (violation: Violation) => readonly EffectRows[] | undefined,
  ): Promise<FlushResult | { readonly kind: 'refused'; readonly violation: Violation }>
  rollback(): Promise<void>
}

/** What a solo command needs locked before it starts: step 2 for a group of one whose footprint is tables. */
export interface SoloPlan {
  readonly groupId: string
  readonly claim: { readonly table: EffectTable; readonly lock: string; readonly key: string } | undefined
  /** Sorted, each once. */
  readonly orderedKeys: readonly string[]
  /** Ids of the tables to guard exclusively; sorted, each once. */
  readonly guards: readonly number[]
  /** Those of them in which it locks rows, guarded also against all who visit them; sorted. */
  readonly visits: readonly number[]
  /** Those of them that others write, sorted by id. */
  readonly externals: readonly GuardedTable[]
  /** Whether it may touch more than is guarded: it must not wait long for others then, since they may wait for it. */
  readonly learning: boolean
}

/** Tables by id, and whether rows in them were or may have been locked. */
export type Touched = ReadonlyMap<number, boolean>

/** A transaction that one solo command has to itself. */
export interface SoloSession {
  readonly claimed: boolean
  readonly stored: EffectRow | undefined
  /** The row; `lock` keeps others from changing it. */
  row(table: TableInfo, key: string, lock: boolean): Promise<Tuple | null>
  shaped(shape: Shape, parameters: readonly string[]): Promise<readonly Tuple[]>
  write(write: Write): Promise<void>
  insertReturning(
    table: TableInfo,
    columns: readonly number[],
    values: readonly (string | null)[],
  ): Promise<Tuple>
  /** A statement with the driver's own values and rows. */
  query(text: string, values: readonly unknown[]): Promise<readonly Record<string, unknown>[]>
  /** Drizzle over this transaction; `before` is awaited ahead of each of its queries. */
  drizzle(before: () => Promise<void>): PgDatabase<PgQueryResultHKT, Record<string, never>>
  /** The tables of users that this transaction has touched so far. */
  touched(): Promise<Touched>
  /** Undoes what the handler did; locks taken before it ran stay. */
  undo(): Promise<void>
  commit(effects: readonly EffectRows[]): Promise<FlushResult>
  rollback(): Promise<void>
}

export interface Store {
  /** Opens a transaction for a solo command. Absent: the store knows no solo commands. */
  solo?(plan: SoloPlan): Promise<SoloSession>
  /**
   * The same inside of a transaction that other code has begun on `client`: it ends as its owner wants, and `committed`
   * means that everything is written. Throws `invalid_use` where there is no such transaction.
   */
  join?(client: object, plan: SoloPlan): Promise<SoloSession>
  /** One wave: the rows that exist, by the key that was asked for. No transaction, no lock. */
  readRows(table: TableInfo, keys: readonly string[]): Promise<ReadonlyMap<string, Tuple>>
  /** One wave of reads of one shape, in order. */
  readShape(shape: Shape, parameters: readonly (readonly string[])[]): Promise<readonly (readonly Tuple[])[]>
  /** Step 2. Rejects with an error that `isRetryable` tells of; nothing is held then. */
  lock(plan: LockPlan): Promise<LockedGroup>
  /**
   * Steps 2 and 4 in one burst. `disturbed`: nothing was committed, and the long way will tell why (a row has another
   * version, a key is claimed or answered, a constraint would be broken). Absent: the store knows only the long way.
   */
  commitInOneBurst?(plan: BurstPlan): Promise<FlushResult | { readonly kind: 'disturbed' }>
  /**
   * Step 6: settles the fate of a group whose COMMIT got lost, for good: after `never` it cannot be committed any more,
   * whatever is still on its way. Its old backend is ended, so that it does not go on to hold locks. Rejects while the
   * primary cannot be reached.
   */
  resolve(groupId: string, backend?: Backend): Promise<'committed' | 'never'>
  /** Whether the same work may succeed when done again: deadlock, time-out, lost connection. */
  isRetryable(error: unknown): boolean
  /** The violation that this error of the database means, if it means one. */
  violationOf(error: unknown): Violation | undefined
}
