/**
 * Whether the locks that a group holds shield all that a run saw and would write. A first run is covered by the way
 * the locks are planned; a run repeated on the overlay may have gone elsewhere.
 */
import type { TableInfo, Tuple } from '../schema/table.js'
import { Attempt, type SeenRead } from './attempt.js'
import type { Member } from './member.js'
import type { Overlay } from './overlay.js'
import { isUniqueShape } from './shape.js'
import { setsUnique, writeLocksOf } from './write-locks.js'

export function covers(member: Member, overlay: Overlay): boolean {
  const { attempt } = member
  for (const [table, rows] of attempt.rows) {
    for (const [key, seen] of rows) {
      if (
        seen === null ? !absenceIsShielded(attempt, overlay, table, key) : !rowIsShielded(overlay, table, key)
      )
        return false
    }
  }
  for (const [, seen] of attempt.reads) if (!readIsShielded(attempt, overlay, seen)) return false
  for (const key of attempt.orderedKeys) if (!overlay.holdsOrdered(key)) return false
  return writesAreShielded(attempt, overlay) && takesNothingElse(member, overlay)
}

/** A row met by a unique value may be another than the one met before, or one that came after the locks. */
const rowIsShielded = (overlay: Overlay, table: TableInfo, key: string): boolean =>
  overlay.guard(table) === true || overlay.cell(table, key) !== undefined || Boolean(overlay.base(table, key))

/** Absence holds under an exclusive guard, where we ourselves deleted the row, or by its value's lock if we insert it. */
function absenceIsShielded(attempt: Attempt, overlay: Overlay, table: TableInfo, key: string): boolean {
  if (overlay.guard(table) === true || attempt.inserts(table, key)) return true
  const base = overlay.base(table, key)
  return base !== null && base !== undefined
}

function readIsShielded(attempt: Attempt, overlay: Overlay, seen: SeenRead): boolean {
  return overlay.guard(seen.read.shape.table) === true || !needsGuard(attempt, seen)
}

/** Lists and counts need an exclusive guard; so does the absence of a unique value, unless the run inserts it. */
export function needsGuard(attempt: Attempt, { read, tuples }: SeenRead): boolean {
  const { shape, parameters } = read
  if (!isUniqueShape(shape)) return true
  // Found: the row is locked by its primary key, and its values were read again under that lock.
  if (tuples.length > 0) return false
  return !insertsUnique(
    attempt,
    shape.table,
    shape.conditions.map(({ column }) => column),
    parameters,
  )
}

function insertsUnique(
  attempt: Attempt,
  table: TableInfo,
  columns: readonly number[],
  values: readonly string[],
): boolean {
  const takes = (tuple: Tuple): boolean => columns.every((column, at) => tuple[column] === values[at])
  for (const [, ops] of attempt.opsOf(table) ?? []) {
    if (ops[0]?.kind !== 'insert') continue
    // As it is flushed: a value that the handler has changed since is guarded by nothing.
    const tuple = Attempt.fold(table, null, ops)
    if (tuple && takes(tuple)) return true
  }
  return false
}

function writesAreShielded(attempt: Attempt, overlay: Overlay): boolean {
  for (const { table, key, op } of attempt.writes) {
    if (overlay.guard(table) === undefined) return false
    // A row that came in this group is nobody else's before the commit.
    if (attempt.inserts(table, key) || overlay.cell(table, key)?.base === null) continue
    const mode = overlay.lockMode(table)
    const strong =
      op.kind === 'delete' || setsUnique(table, op)
        ? mode === 'update'
        : mode === 'update' || mode === 'no key update'
    const known = overlay.base(table, key) !== undefined || overlay.cell(table, key) !== undefined
    if (!strong || !known) return false
  }
  return true
}

/** Whether no statement of the flush can wait for another group: what the writes take is locked in the one order. */
function takesNothingElse(member: Member, overlay: Overlay): boolean {
  const { values, exclusive } = writeLocksOf(member)
  for (const table of exclusive) if (overlay.guard(table) !== true) return false
  for (const [table, numbers] of values) {
    if (overlay.guard(table) === true) continue
    for (const number of numbers) if (!overlay.holdsOrdered(number)) return false
  }
  return true
}
