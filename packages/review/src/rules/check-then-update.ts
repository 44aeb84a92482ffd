/**
 * Check, then update: a row is read, something is decided or computed from it, and what it rests on is written, while nothing keeps
 * another request from doing the same in between: two buyers of the last seat. Safe are locks, serializable transactions, writes whose
 * condition repeats the check, and versions; an insert behind a look is safe where a unique constraint stands behind it.
 */
import { databaseCalls } from '../catalogue/database/calls.js'
import type { DatabaseCall } from '../catalogue/database/call.js'
import type { Program } from '../program.js'
import type { Report, Rule } from '../rule.js'
import { enclosingFunction, type CallNode, type FunctionNode, type Node } from '../syntax/nodes.js'
import { derivedLooks, looksAt, namedRow, type ReadRow } from './check-then-update/facts.js'
import {
  isSaved,
  judged,
  mentions,
  sameField,
  sameTable,
  savedBack,
  told,
} from './check-then-update/judgement.js'
import { isProtected, locks } from './check-then-update/protection.js'
import { writeOf, type Write } from './check-then-update/writes.js'

export const checkThenUpdate: Rule = {
  id: 'check-then-update',
  title: 'Check, then update',
  severity: 'critical',
  check(program, report) {
    const all = databaseCalls(program)
    const calls = byFunction(all)
    const writes = writesInside(all)
    for (const row of rowsOf(program, all, calls)) {
      if (locks(program, row.read) || isProtected(program, row.fn, calls)) continue
      for (const write of (writes.get(row.fn) ?? []).flatMap(
        (call) => laterWrite(program, row, call) ?? [],
      )) {
        const found = judged(program, row, write)
        if (found) report(found)
      }
      for (const found of writtenByHelpers(program, row, calls)) report(found)
      for (const call of handedToSave(program, row, calls)) {
        const found = savedBack(program, row, call, looksAt(row))
        if (found) report(found)
      }
    }
  },
}

function byFunction(all: readonly DatabaseCall[]): Map<FunctionNode, DatabaseCall[]> {
  const calls = new Map<FunctionNode, DatabaseCall[]>()
  for (const call of all) {
    const fn = enclosingFunction(call.call)
    if (fn) calls.set(fn, [...(calls.get(fn) ?? []), call])
  }
  return calls
}

/** Writes by the functions that they stand in, those around included. */
function writesInside(all: readonly DatabaseCall[]): Map<FunctionNode, DatabaseCall[]> {
  const inside = new Map<FunctionNode, DatabaseCall[]>()
  for (const write of all) {
    if (write.kind !== 'write') continue
    for (let fn = enclosingFunction(write.call); fn; fn = enclosingFunction(fn)) {
      const known = inside.get(fn)
      if (known) known.push(write)
      else inside.set(fn, [write])
    }
  }
  return inside
}

/** Rows that are read and named: by a call of the database, or of a function that does nothing but read. */
function* rowsOf(
  program: Program,
  all: readonly DatabaseCall[],
  calls: ReadonlyMap<FunctionNode, readonly DatabaseCall[]>,
): Iterable<ReadRow> {
  for (const read of all) {
    const fn = enclosingFunction(read.call)
    if (
      !fn ||
      read.table === undefined ||
      read.kind === 'write' ||
      read.kind === 'transaction' ||
      read.kind === 'raw'
    )
      continue
    const row = namedRow(program, read, read.call, fn)
    if (row) yield row
    for (const call of readersOf(program, fn, calls)) {
      const caller = enclosingFunction(call)
      const through = caller && namedRow(program, read, call, caller)
      if (through) yield through
    }
  }
}

/** Calls of a function whose one call of the database is this read; through one function around it. */
function readersOf(
  program: Program,
  fn: FunctionNode,
  calls: ReadonlyMap<FunctionNode, readonly DatabaseCall[]>,
): readonly Node[] {
  if (calls.get(fn)?.length !== 1) return []
  return program.callersOf(fn).flatMap((call) => {
    const around = enclosingFunction(call)
    return around && !calls.has(around) ? [call, ...program.callersOf(around)] : [call]
  })
}

function laterWrite(program: Program, row: ReadRow, call: DatabaseCall): Write | undefined {
  if (call.call.start < row.at.start) return undefined
  const write = writeOf(program, call)
  if (!write) return undefined
  if (isSaved(row, write)) return write
  return call.table !== undefined && sameTable(call.table, row.read.table!) ? write : undefined
}

/** `accounts.setBalance(id, account.balance - amount)`: computed here, written by a function of this code. */
function* writtenByHelpers(
  program: Program,
  row: ReadRow,
  calls: ReadonlyMap<FunctionNode, readonly DatabaseCall[]>,
): Iterable<Report> {
  const direct = looksAt(row)
  for (const look of [...direct, ...derivedLooks(program, direct, row.fn)]) {
    const call = callAround(look.node)
    if (look.field === '' || !call || call === row.at || call.start < row.at.start) continue
    const writes = program
      .targets(call)
      .flatMap((target) => (calls.get(target) ?? []).flatMap((one) => writeOf(program, one) ?? []))
    const isWritten = writes.some(
      ({ kind, call: { table }, sets, condition }) =>
        kind === 'update' &&
        table !== undefined &&
        sameTable(table, row.read.table!) &&
        [...sets.keys()].some((field) => sameField(field, look.field) && !mentions(condition, field)),
    )
    if (isWritten)
      yield told(program, row, call, look, 'is written back, computed from what was read', look.field)
  }
}

/** The call that an expression is computed for, as an argument. */
function callAround(node: Node): CallNode | undefined {
  for (let inner = node, outer = node.parent; outer; inner = outer, outer = outer.parent) {
    if (outer.type === 'CallExpression') return outer.callee === inner ? undefined : outer
    if (
      outer.type !== 'BinaryExpression' &&
      outer.type !== 'UnaryExpression' &&
      outer.type !== 'ParenthesizedExpression'
    )
      return undefined
  }
  return undefined
}

/** Calls of functions of this code that save what they are given: `this.accounts.save(account)`. */
function handedToSave(
  program: Program,
  row: ReadRow,
  calls: ReadonlyMap<FunctionNode, readonly DatabaseCall[]>,
): readonly Node[] {
  return row.row.flatMap((id) => {
    const call = id.parent
    if (call?.type !== 'CallExpression' || call.callee === id || call.start < row.at.start) return []
    const saves = program
      .targets(call)
      .some((target) => (calls.get(target) ?? []).some(({ method }) => method === 'save'))
    return saves ? [call] : []
  })
}
