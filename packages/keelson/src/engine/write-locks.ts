/**
 * What a run's writes need locked beyond their rows, so that no statement of a flush waits for another group: the
 * unique values that they take or change (a lock each, in one order with the event keys), and the tables that must
 * not be written by others meanwhile. Values that the command itself has made (`id()`) need nothing.
 *
 * Deletes lock no values: they come last in a flush, so that whoever waits for what they free waits for a group that
 * waits for nobody.
 */
import { hash } from 'node:crypto'
import type { GuardedTable, TableInfo, Tuple, UniqueInfo } from '../schema/table.js'
import { Attempt, type WriteLocks } from './attempt.js'
import type { Member } from './member.js'
import { columnsOf, type RowOp } from './row-op.js'

type Constraint = Pick<UniqueInfo, 'name' | 'columns' | 'byText' | 'complex' | 'nullsEqual'>

const NONE: WriteLocks = { values: new Map(), exclusive: new Set() }

const constraints = new WeakMap<TableInfo, readonly Constraint[]>()

/** The primary key and the unique constraints. */
function constraintsOf(table: TableInfo): readonly Constraint[] {
  let known = constraints.get(table)
  if (!known) {
    const primary: Constraint = {
      name: table.primaryKeyName,
      columns: table.primaryKey.map(({ index }) => index),
      byText: table.keyIsText,
      complex: false,
      nullsEqual: false,
    }
    constraints.set(table, (known = [primary, ...table.uniques]))
  }
  return known
}

export const setsUnique = (table: TableInfo, op: RowOp): boolean =>
  op.kind !== 'insert' && columnsOf(op).some((column) => table.columns[column]!.unique)

/** Whether the insert of this row may meet a row that exists. */
export const mayClash = (member: Member, table: TableInfo, tuple: Tuple): boolean =>
  constraintsOf(table).some((constraint) => canBeTaken(constraint, tuple, member))

/** An id that the command itself has just made cannot meet another; NULLs mostly do not. */
function canBeTaken(
  { columns, byText, complex, nullsEqual }: Constraint,
  tuple: Tuple,
  member: Member,
): boolean {
  if (complex && !byText) return true
  return !columns.some((column) => {
    const text = tuple[column]
    if (text === null || text === undefined) return !nullsEqual
    return text.length === 36 && member.isBorn(text)
  })
}

export function writeLocksOf(member: Member): WriteLocks {
  const { attempt } = member
  if (!attempt.outcome?.ok || attempt.writes.length === 0) return NONE
  return (attempt.writeLocks ??= computeLocks(member))
}

function computeLocks(member: Member): WriteLocks {
  const { attempt } = member
  const values = new Map<TableInfo, Set<string>>()
  const exclusive = new Set<GuardedTable>()
  const lock = (table: TableInfo, constraint: Constraint, tuple: Tuple): void => {
    if (!canBeTaken(constraint, tuple, member)) return
    const known = values.get(table)
    const number = lockNumber(table, constraint, tuple)
    if (known) known.add(number)
    else values.set(table, new Set([number]))
  }
  for (const [table, rows] of attempt.written) {
    if (table.writtenByOne) exclusive.add(table)
    for (const [key, ops] of rows) {
      if (ops[0]!.kind === 'insert') {
        const tuple = Attempt.fold(table, null, ops)
        if (tuple) for (const constraint of constraintsOf(table)) lock(table, constraint, tuple)
        continue
      }
      const deletes = ops.some(({ kind }) => kind === 'delete')
      if (!deletes && !ops.some((op) => setsUnique(table, op))) continue
      // Its row is locked against the foreign keys of others: whoever inserts children must be done, or not have begun.
      for (const child of table.referencedBy) exclusive.add(child)
      if (deletes) continue
      const change = changeOf(attempt, table, key, ops)
      // What it frees and takes is not known: nobody else may free or take.
      if (!change) exclusive.add(table)
      else {
        for (const constraint of constraintsOf(table).filter((one) => isChanged(one, change))) {
          lock(table, constraint, change.before)
          lock(table, constraint, change.after)
        }
      }
    }
  }
  return { values, exclusive }
}

interface Change {
  readonly before: Tuple
  readonly after: Tuple
}

/** Undefined where the command has not read the row that it changes. */
function changeOf(
  attempt: Attempt,
  table: TableInfo,
  key: string,
  ops: readonly RowOp[],
): Change | undefined {
  const before = attempt.seenRow(table, key)
  if (!before) return undefined
  try {
    return { before, after: Attempt.fold(table, before, ops)! }
  } catch {
    // It will be refused for it, on the row as it then is.
    return undefined
  }
}

/** Of an index whose predicate or expression memory does not compute nobody knows. */
const isChanged = ({ columns, complex }: Constraint, { before, after }: Change): boolean =>
  complex || columns.some((column) => before[column] !== after[column])

/**
 * Where equality is more than that of texts there is one lock for the whole constraint. The first word keeps the
 * numbers apart from those of once-only keys and events.
 */
function lockNumber(table: TableInfo, { name, columns, byText }: Constraint, tuple: Tuple): string {
  // As JSON, which tells NULL from the text «null» and one value from two.
  const values = byText ? columns.map((column) => JSON.stringify(tuple[column])) : []
  const hex = hash('sha256', `unique ${table.id} ${name} ${values.join()}`, 'hex')
  return BigInt.asIntN(64, BigInt(`0x${hex.slice(0, 16)}`)).toString()
}
