/**
 * The overlay: rows as the accepted members of a group leave them, over the rows that the group has locked. It tells a
 * later member what it would read after its predecessors, and refuses (undefined, «defer») wherever memory might
 * answer otherwise than SQL would.
 */
import {
  keyOf,
  type ForeignKeyInfo,
  type GuardedTable,
  type TableInfo,
  type Tuple,
  type UniqueInfo,
} from '../schema/table.js'
import type { LockedState, LockPlan, RowLocks, Shape } from './port.js'
import { readId } from './attempt.js'
import { CellIndex } from './cell-index.js'
import type { Member } from './member.js'
import { overlaidRead } from './overlaid-read.js'
import { isUniqueShape } from './shape.js'
import type { Source } from './run.js'

/** One row that the group writes. */
export interface Cell {
  readonly table: TableInfo
  readonly key: string
  /** As locked; null: absent. */
  readonly base: Tuple | null
  tuple: Tuple | null
  lastWriter: Member
  /** The member that set key, unique or foreign-key columns (an insert sets all), if one did. */
  keyedBy: Member | undefined
  /** Columns that differ from the base. */
  readonly changed: Set<number>
  /** Holds a value whose stored form only the database knows. */
  opaque: boolean
  /** The insert may meet a row that exists. */
  mayClash: boolean
  /** Versions that later members replaced. */
  readonly replaced: Tuple[]
}

interface Locked {
  readonly mode: RowLocks['mode']
  readonly keys: ReadonlySet<string>
  readonly rows: ReadonlyMap<string, Tuple>
}

export class Overlay implements Source {
  readonly #locked = new Map<TableInfo, Locked>()
  readonly #guards = new Map<number, boolean>()
  readonly #reads = new Map<string, readonly Tuple[]>()
  readonly #orderedKeys: ReadonlySet<string>
  /** By table and column, made when a list first asks. */
  readonly #indexes = new Map<TableInfo, Map<number, CellIndex<Cell>>>()
  readonly #cells = new Map<TableInfo, Map<string, Cell>>()
  /** Rows of the overlay by their unique values, for tables where such values were set. */
  readonly #uniques = new Map<UniqueInfo, Map<string, Cell>>()
  /** The member that updated unique columns of a table: one in a group. */
  readonly uniqueUpdaters = new Map<TableInfo, Member>()
  /** What foreign keys were set to, and by whom. */
  readonly references = new Map<ForeignKeyInfo, Map<string, Member[]>>()
  /** Who removed rows, by `TableInfo.id`. */
  readonly removers = new Map<number, Member[]>()

  constructor(plan: LockPlan, state: LockedState) {
    plan.rows.forEach((locks, at) =>
      this.#locked.set(locks.table, { mode: locks.mode, keys: new Set(locks.keys), rows: state.rows[at]! }),
    )
    for (const { table, exclusive } of plan.guards) this.#guards.set(table.id, exclusive)
    plan.reads.forEach((read, at) => this.#reads.set(readId(read), state.reads[at]!))
    this.#orderedKeys = new Set(plan.orderedKeys)
  }

  cell(table: TableInfo, key: string): Cell | undefined {
    return this.#cells.get(table)?.get(key)
  }

  /** All cells, table by table. */
  cells(): ReadonlyMap<TableInfo, ReadonlyMap<string, Cell>> {
    return this.#cells
  }

  isWritten(table: TableInfo): boolean {
    return this.#cells.has(table)
  }

  /** The row as locked: null absent, undefined not in the footprint. */
  base(table: TableInfo, key: string): Tuple | null | undefined {
    const locked = this.#locked.get(table)
    if (!locked) return undefined
    return locked.rows.get(key) ?? (locked.keys.has(key) ? null : undefined)
  }

  lockMode(table: TableInfo): RowLocks['mode'] | undefined {
    return this.#locked.get(table)?.mode
  }

  /** Whether the table is guarded, and whether exclusively; undefined: not at all. */
  guard(table: GuardedTable): boolean | undefined {
    return this.#guards.get(table.id)
  }

  holdsOrdered(key: string): boolean {
    return this.#orderedKeys.has(key)
  }

  row(table: TableInfo, key: string): Tuple | null | undefined {
    const cell = this.cell(table, key)
    if (!cell) return this.base(table, key)
    return cell.opaque ? undefined : cell.tuple
  }

  shaped(shape: Shape, parameters: readonly string[]): readonly Tuple[] | undefined {
    const stored = this.#reads.get(readId({ shape, parameters }))
    if (stored === undefined || !this.isWritten(shape.table)) return stored
    if (isUniqueShape(shape)) return this.#unique(shape, parameters, stored)
    return overlaidRead(shape, parameters, stored, this.#candidates(shape, parameters))
  }

  /** Cells that may have to do with the read: all of the table, or those that ever had its first exact value. */
  #candidates({ table, conditions }: Shape, parameters: readonly string[]): Iterable<Cell> {
    const at = conditions.findIndex(
      ({ column, operator }) =>
        operator === '=' && table.columns[column]!.textEquality && table.columns[column]!.codec.exact,
    )
    const cells = this.#cells.get(table)!
    // Parameters of conditions before it: each takes one, save those about null.
    const place = conditions.slice(0, at).filter(({ operator }) => !operator.startsWith('is')).length
    return at < 0 ? cells.values() : this.#indexOf(table, conditions[at]!.column).get(parameters[place]!)
  }

  #indexOf(table: TableInfo, column: number): CellIndex<Cell> {
    let indexes = this.#indexes.get(table)
    if (!indexes) this.#indexes.set(table, (indexes = new Map<number, CellIndex<Cell>>()))
    let index = indexes.get(column)
    if (!index) indexes.set(column, (index = new CellIndex(column, this.#cells.get(table)!.values())))
    return index
  }

  put(cell: Cell): void {
    for (const index of this.#indexes.get(cell.table)?.values() ?? []) index.add(cell)
    const cells = this.#cells.get(cell.table)
    if (cells) cells.set(cell.key, cell)
    else this.#cells.set(cell.table, new Map([[cell.key, cell]]))
    for (const unique of cell.table.uniques) {
      const values = cell.tuple && uniqueValues(unique, cell.tuple)
      if (values === null) continue
      const known = this.#uniques.get(unique)
      if (known) known.set(values, cell)
      else this.#uniques.set(unique, new Map([[values, cell]]))
    }
  }

  /** The row with a unique value, where the overlay's own rows can be told apart by their texts. */
  #unique(
    shape: Shape,
    parameters: readonly string[],
    stored: readonly Tuple[],
  ): readonly Tuple[] | undefined {
    const { table, conditions } = shape
    if (!conditions.every(({ column }) => table.columns[column]!.textEquality)) return undefined
    const matches = (tuple: Tuple | null): boolean =>
      tuple !== null && conditions.every(({ column }, at) => tuple[column] === parameters[at])
    const unique = table.uniques.find(
      ({ columns }) =>
        columns.length === conditions.length &&
        columns.every((column, at) => column === conditions[at]!.column),
    )
    const cell = unique && this.#uniques.get(unique)?.get(parameters.join('\0'))
    if (cell && matches(cell.tuple)) return cell.opaque ? undefined : [cell.tuple!]
    const [found] = stored
    if (!found) return []
    const own = this.cell(table, keyOf(table, found))
    if (!own) return stored
    if (own.opaque) return undefined
    return matches(own.tuple) ? [own.tuple!] : []
  }
}

/** The values of a unique constraint as one text; null if one of them is NULL, which never clashes. */
function uniqueValues(unique: UniqueInfo, tuple: Tuple): string | null {
  const values = unique.columns.map((column) => tuple[column])
  return values.some((value) => value === null) ? null : values.join('\0')
}
