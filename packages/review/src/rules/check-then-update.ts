/**
 * Check, then update: a row is read, something is decided or computed from it, and what it rests on is written, while nothing keeps
 * another request from doing the same in between: two buyers of the last seat. Safe are locks, serializable transactions, writes whose
 * condition repeats the check, and versions; an insert behind a look is safe where a unique constraint stands behind it.
 */
import { databaseCalls } from '../catalogue/database/calls.js'
import type { DatabaseCall } from '../catalogue/database/call.js'
import type { Program } from '../program.js'
import type { Report, Rule } from '../rule.js'
import {
  argumentsOf,
  enclosingFunction,
  isWithin,
  propertyOf,
  type FunctionNode,
  type Node,
} from '../syntax/nodes.js'
import {
  derivedLooks,
  isTested,
  looksAt,
  namedRow,
  type Look,
  type ReadRow,
} from './check-then-update/facts.js'
import { expectsConflict, isProtected, locks } from './check-then-update/protection.js'
import { mayBeUnique } from './check-then-update/unique.js'
import { writeOf, type Write } from './check-then-update/writes.js'

export const checkThenUpdate: Rule = {
  id: 'check-then-update',
  title: 'Check, then update',
  severity: 'high',
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

/** `repository.save(row)`: the row itself is handed back. */
const isSaved = (row: ReadRow, { values, call }: Write): boolean =>
  call.method === 'save' &&
  row.row.some((id) => values.some((value) => isWithin(id, value) && isHandedOver(id)))

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

const isHandedOver = (id: Node): boolean =>
  id.parent?.type === 'CallExpression' || id.parent?.type === 'ArrayExpression'

const sameTable = (a: string, b: string): boolean => bareName(a) === bareName(b)
const bareName = (table: string): string => table.replaceAll(/^.*\.|[\W]/g, '').toLowerCase()

function judged(program: Program, row: ReadRow, write: Write): Report | undefined {
  const direct = looksAt(row)
  const looks = [...direct, ...derivedLooks(program, direct, row.fn)].filter(
    ({ node }) => node.start < write.call.call.end,
  )
  if (isSaved(row, write)) return savedBack(program, row, write.call.call, direct)
  if (write.kind === 'insert') return lookedThenInserted(program, row, write, looks)
  if (/version|updated_?at|xmin|revision|etag/i.test(write.condition)) return undefined
  for (const [field, value] of write.sets) {
    if (mentions(write.condition, field)) return undefined
    const computed = looks.find(
      (look) =>
        sameField(look.field, field) &&
        [value, ...write.values].some((one) => one && isWithin(look.node, one)),
    )
    const tested = looks.find((look) => sameField(look.field, field) && isTested(look.node))
    const ground = computed ?? (isCredential(field) || write.adds ? undefined : tested)
    // Many rows are work that is fetched, not a look whether there is one.
    const isLook = row.read.kind !== 'read-many' || row.read.sql !== undefined
    if (!ground && isLook && conditionWords(program, row.read).some((word) => sameField(word, field)))
      return lookedThenInserted(program, row, write, looks)
    if (ground && !isOwnIdentity(field))
      return told(
        program,
        row,
        write.call.call,
        ground,
        computed ? 'is written back, computed from what was read' : 'is written after it was checked',
        field,
      )
  }
  return undefined
}

const isOwnIdentity = (field: string): boolean => /^(?:id|uuid)$/i.test(field)

/** To set a new password after the old one was compared takes nothing from anybody. */
const isCredential = (field: string): boolean => /password|passwd|hash|secret|token|pin$|otp/i.test(field)

/** `heldUntil` and `held_until` are one field. */
const sameField = (a: string, b: string): boolean => a !== '' && plain(a) === plain(b)
const plain = (name: string): string => name.replaceAll('_', '').toLowerCase()
const mentions = (condition: string, field: string): boolean =>
  plain(condition.replaceAll(/\W+/g, ' ')).split(' ').includes(plain(field))

/** Fields of the row were changed in memory and the row is saved as a whole. */
function savedBack(program: Program, row: ReadRow, at: Node, looks: readonly Look[]): Report | undefined {
  for (const { field, node } of looks) {
    const assignment = node.parent
    if (assignment?.type === 'UpdateExpression')
      return told(program, row, at, { field, node }, 'is written back, computed from what was read', field)
    if (assignment?.type !== 'AssignmentExpression' || assignment.left !== node) continue
    const computes =
      assignment.operator !== '=' ||
      looks.some((look) => sameField(look.field, field) && isWithin(look.node, assignment.right))
    const tested = looks.some((look) => sameField(look.field, field) && isTested(look.node))
    if (computes || tested)
      return told(
        program,
        row,
        at,
        { field, node },
        computes ? 'is written back, computed from what was read' : 'is written after it was checked',
        field,
      )
  }
  return undefined
}

/** Counted or looked for, then inserted. */
function lookedThenInserted(
  program: Program,
  row: ReadRow,
  write: Write,
  looks: readonly Look[],
): Report | undefined {
  // A constraint says no to a second one of the same; it says nothing to one too many.
  const isCount = row.read.kind === 'count'
  if (!isCount && (write.expectsConflict || expectsConflict(program, row.fn))) return undefined
  const tested = looks.find(({ node }) => isTested(node) && node.start < write.call.call.start)
  if (!tested || !isAbout(row, tested)) return undefined
  if (!isCount && mayBeUnique(program, row.read.table!, conditionWords(program, row.read))) return undefined
  const how = isCount
    ? 'is counted, and one more is inserted'
    : 'is looked for, and inserted where it is missing'
  return told(program, row, write.call.call, tested, how, undefined)
}

/** The test is about whether there is one, or how many. */
const isAbout = ({ read }: ReadRow, { field }: Look): boolean =>
  field === '' || (read.kind === 'count' && /^(?:n|count|total|_count|cnt|c|used|taken|num\w*)$/i.test(field))

/** All words of the read's condition. */
const conditionWords = (program: Program, read: DatabaseCall): readonly string[] => [
  ...new Set(conditionOf(program, read).match(/\w+/g) ?? []),
]

function conditionOf(program: Program, { sql, chain, call }: DatabaseCall): string {
  if (sql) return program.textOf(sql).replace(/^[\s\S]*?\bwhere\b/i, '')
  if (chain.length > 0)
    return chain
      .filter(({ name }) => /where/i.test(name))
      .map(({ call }) =>
        argumentsOf(call)
          .map((one) => program.textOf(one))
          .join(' '),
      )
      .join(' ')
  return argumentsOf(call)
    .map((one) => program.textOf(propertyOf(one, 'where') ?? one))
    .join(' ')
}

function told(
  program: Program,
  row: ReadRow,
  at: Node,
  ground: Look,
  how: string,
  field: string | undefined,
): Report {
  const table = row.read.table!
  const what = field === undefined ? `A row of ${table}` : `\`${field}\` of ${table}`
  return {
    at,
    message: `${what} ${how}, and nothing keeps another request from doing the same in between.`,
    path: [
      program.step(row.at, `reads ${table}`),
      program.step(ground.node, 'is decided or computed here'),
      program.step(at, `writes ${table}`),
    ],
    fix:
      field === undefined
        ? `Let a unique constraint decide (\`on conflict do nothing\` and look at what was inserted), or lock the parent row with \`for update\` before counting.`
        : `Put the check into the write and look at how many rows it changed: \`update ${table} set ${field} = … where id = $1 and ${field} … \`; or read the row \`for update\` in the same transaction; or compare a version.`,
    confidence: 'likely',
  }
}
