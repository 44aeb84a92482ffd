/**
 * The schema as the migrations leave it, so far as they say. A table that no migration made is taken for one that was
 * there before: it gets its entry when it is first named, and `isKnown` says that its columns are not.
 */
import { keyOf, written, type Name } from './names.js'
import type { ColumnType } from './column-types.js'

export interface Column {
  readonly name: string
  type: ColumnType | undefined
  isNotNull: boolean
  /** Number of the migration that added it; -1 where none did. */
  readonly madeIn: number
}

export interface Constraint {
  readonly name: string
  readonly kind: 'check' | 'foreign' | 'not-null' | 'other'
  isValidated: boolean
  /** Number of the transaction that added it. */
  readonly transaction: number
  /** Columns that it keeps from being null, once validated. */
  readonly keepsNotNull: readonly string[]
}

export interface Table {
  kind: 'table' | 'view' | 'materialized'
  name: Name
  readonly madeIn: number
  readonly isKnown: boolean
  readonly isTemporary: boolean
  isPartitioned: boolean
  isPartition: boolean
  /** The migration that took its first name from it; undefined where it still has it. */
  renamedIn: number | undefined
  isDropped: boolean
  readonly columns: Map<string, Column>
  readonly constraints: Map<string, Constraint>
}

export interface TypeEntry {
  readonly madeIn: number
  /** What a domain stands on; undefined for other types. */
  readonly base: ColumnType | undefined
  readonly isConstrained: boolean
}

export class Schema {
  /** Number of the migration that is being read. */
  migration = 0
  /** `alter role … set lock_timeout` was seen. */
  hasLockTimeoutOfRole = false
  readonly types: Map<string, TypeEntry> = new Map()
  readonly indexes: Map<string, Table> = new Map()
  /** Functions that the migrations made without saying that they are stable. */
  readonly volatileFunctions: Set<string> = new Set()
  private readonly tables = new Map<string, Table>()

  /** The table of this name, if it is there. */
  find(name: Name): Table | undefined {
    const exact = this.tables.get(keyOf(name))
    if (exact !== undefined || name.schema !== undefined) return exact
    const others = [...this.tables.values()].filter(
      (table) => table.name.name === name.name && table.name.schema !== undefined,
    )
    return others.length === 1 ? others[0] : undefined
  }

  /** Whether this very name is there, in the schema that it says. */
  has(name: Name): boolean {
    return this.tables.has(keyOf(name))
  }

  /** The table of this name; one that nobody made was there before. */
  table(name: Name): Table {
    return this.find(name) ?? this.add(emptyTable(name, -1, { isKnown: false }))
  }

  all(): Iterable<Table> {
    return this.tables.values()
  }

  add(table: Table): Table {
    this.tables.set(keyOf(table.name), table)
    return table
  }

  drop(table: Table): void {
    table.isDropped = true
    this.tables.delete(keyOf(table.name))
  }

  rename(table: Table, name: Name): void {
    this.tables.delete(keyOf(table.name))
    table.name = name
    table.renamedIn ??= this.migration
    this.tables.set(keyOf(name), table)
  }

  /** Whether it was there before this migration, with rows that people read and write meanwhile. */
  isOld(table: Table): boolean {
    return table.madeIn !== this.migration && !table.isTemporary && table.kind === 'table'
  }
}

export function emptyTable(
  name: Name,
  madeIn: number,
  {
    isKnown = true,
    isTemporary = false,
    kind = 'table',
  }: Partial<Pick<Table, 'isKnown' | 'isTemporary' | 'kind'>> = {},
): Table {
  return {
    kind,
    name,
    madeIn,
    isKnown,
    isTemporary: isTemporary || name.schema === 'pg_temp',
    isPartitioned: false,
    isPartition: false,
    renamedIn: undefined,
    isDropped: false,
    columns: new Map(),
    constraints: new Map(),
  }
}

export const nameOf = (table: Table): string => written(table.name)
