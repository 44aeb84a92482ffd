/**
 * Putting a member's writes on the overlay, and the cases that must wait for the next group because their meaning in
 * memory could differ from their meaning in SQL, one command after the other.
 */
import type { TableInfo, Tuple } from '../schema/table.js'
import { Attempt } from './attempt.js'
import type { Member } from './member.js'
import type { Cell, Overlay } from './overlay.js'
import { columnsOf, isOpaque, type RowOp } from './row-op.js'
import { mayClash, setsUnique } from './write-locks.js'

/**
 * Whether a write of this member must not share the group with what its predecessors wrote: a constraint would then be
 * checked only on the last version of a row, and a value that was wrong for a moment would pass.
 */
export function mustWait(member: Member, overlay: Overlay): boolean {
  const { attempt } = member
  if (!attempt.outcome?.ok) return false
  for (const { table, key, op } of attempt.writes) {
    const cell = overlay.cell(table, key)
    if (cell && cell.lastWriter !== member && meetsHazard(cell, op)) return true
    if (mendsReference(member, overlay, table, op)) return true
    if (setsUnique(table, op)) {
      const updater = overlay.uniqueUpdaters.get(table)
      if (updater && updater !== member) return true
    }
  }
  return false
}

function meetsHazard(cell: Cell, op: RowOp): boolean {
  if (cell.opaque) return true
  // Deleted in this group: a new row of that key is a matter for the next one.
  if (op.kind === 'insert') return cell.tuple === null
  if (cell.keyedBy === undefined) return false
  return op.kind === 'delete' || columnsOf(op).some((column) => cell.table.columns[column]!.keyed)
}

/**
 * Whether the write would let a reference of a predecessor pass that was broken for a moment: the flush puts parents in
 * first and takes children out first, whoever wrote them.
 */
function mendsReference(member: Member, overlay: Overlay, table: TableInfo, op: RowOp): boolean {
  const isOther = (other: Member): boolean => other !== member
  if (
    op.kind === 'insert' ||
    table.columns.some((column) => column.keyed && columnsOf(op).includes(column.index))
  ) {
    for (const [{ references, referencedColumns }, byValues] of overlay.references) {
      if (references !== table.id) continue
      const values = referencedColumns.map((name) => valueSet(table, op, name))
      if (byValues.get(values.join('\0'))?.some(isOther)) return true
    }
  }
  if (op.kind === 'insert') return false
  const moves = table.foreignKeys.filter(
    ({ columns }) => op.kind === 'delete' || columns.some((column) => columnsOf(op).includes(column)),
  )
  return moves.some(({ references }) => overlay.removers.get(references)?.some(isOther) === true)
}

/** What the write sets a column to; undefined where it leaves the column as it is. */
function valueSet(table: TableInfo, op: RowOp, name: string): string | null | undefined {
  const column = table.columns.find((candidate) => candidate.name === name)!.index
  if (op.kind === 'insert') return op.tuple[column]
  return op.kind === 'patch' ? op.values[op.columns.indexOf(column)] : undefined
}

function noteReferences(member: Member, { table, tuple }: Cell, overlay: Overlay): void {
  for (const foreignKey of table.foreignKeys) {
    const values = foreignKey.columns.map((column) => tuple![column])
    if (values.some((value) => value === null)) continue
    let byValues = overlay.references.get(foreignKey)
    if (!byValues) overlay.references.set(foreignKey, (byValues = new Map<string, Member[]>()))
    const text = values.join('\0')
    const known = byValues.get(text)
    if (known) known.push(member)
    else byValues.set(text, [member])
  }
}

export interface FoldedRow {
  readonly table: TableInfo
  readonly key: string
  readonly tuple: Tuple | null
  readonly ops: readonly RowOp[]
}

/** What the member's writes make of the rows, on the overlay as it stands. Throws the member's own error. */
export function foldWrites(attempt: Attempt, overlay: Overlay): FoldedRow[] {
  const folded: FoldedRow[] = []
  const done = new Map<TableInfo, Set<string>>()
  for (const { table, key } of attempt.writes) {
    let keys = done.get(table)
    if (!keys) done.set(table, (keys = new Set()))
    if (keys.has(key)) continue
    keys.add(key)
    const ops = attempt.opsOn(table, key)!
    const cell = overlay.cell(table, key)
    const before = cell ? cell.tuple : (overlay.base(table, key) ?? null)
    folded.push({ table, key, tuple: Attempt.fold(table, before, ops), ops })
  }
  return folded
}

export function apply(member: Member, folded: readonly FoldedRow[], overlay: Overlay): void {
  for (const row of folded) {
    const cell = overlay.cell(row.table, row.key) ?? newCell(member, row, overlay)
    if (cell.lastWriter !== member && cell.tuple && row.table.checks.length > 0)
      cell.replaced.push(cell.tuple)
    cell.tuple = row.tuple
    cell.lastWriter = member
    for (const op of row.ops) note(member, cell, op, overlay)
    if (cell.tuple && cell.keyedBy === member) noteReferences(member, cell, overlay)
    overlay.put(cell)
  }
}

function newCell(member: Member, { table, key }: FoldedRow, overlay: Overlay): Cell {
  const base = overlay.base(table, key) ?? null
  return {
    table,
    key,
    base,
    tuple: base,
    lastWriter: member,
    keyedBy: undefined,
    changed: new Set(),
    opaque: false,
    mayClash: false,
    replaced: [],
  }
}

function note(member: Member, cell: Cell, op: RowOp, overlay: Overlay): void {
  const { table } = cell
  if (isOpaque(table, op)) cell.opaque = true
  if (op.kind === 'insert') {
    cell.keyedBy = member
    if (mayClash(member, table, op.tuple)) cell.mayClash = true
    return
  }
  for (const column of columnsOf(op)) {
    cell.changed.add(column)
    if (table.columns[column]!.keyed) cell.keyedBy = member
  }
  if (op.kind === 'delete') {
    cell.keyedBy = member
    const removers = overlay.removers.get(table.id)
    if (removers) removers.push(member)
    else overlay.removers.set(table.id, [member])
  }
  if (setsUnique(table, op)) overlay.uniqueUpdaters.set(table, member)
}
