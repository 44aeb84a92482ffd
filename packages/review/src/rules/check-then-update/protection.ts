/** Whether something keeps others away between the reading and the writing: a lock, a serializable transaction, a constraint. */
import { sqlTextOf, type DatabaseCall } from '../../catalogue/database/call.js'
import type { Program } from '../../program.js'
import {
  argumentsOf,
  calleeOf,
  enclosingFunction,
  isWithin,
  type CallNode,
  type FunctionNode,
  type Node,
} from '../../syntax/nodes.js'

const LOCKING_SQL = /\bfor\s+(?:no\s+key\s+)?update\b|\bfor\s+(?:key\s+)?share\b|advisory|\block\s+table\b/i
const LOCKING_STEPS = /^(?:forUpdate|forNoKeyUpdate|forShare|setLock|for|lockForUpdate)$/
const SERIALIZABLE = /serializable|repeatable\s*read/i
/** How code knows that another one was there before. */
const CONFLICT_CODES = /23505|P2002|ER_DUP_ENTRY|UniqueConstraint|QueryFailedError|UniqueViolation/

/** A read that locks what it reads. */
export function locks(program: Program, call: DatabaseCall): boolean {
  if (call.sql && LOCKING_SQL.test(sqlTextOf(program, call.sql) ?? '')) return true
  if (call.chain.some(({ name }) => LOCKING_STEPS.test(name))) return true
  return argumentsOf(call.call).some((given) => /\block\s*:|pessimistic/.test(program.textOf(given)))
}

/** Whether the function, what it calls, or what it stands in takes a lock or runs serializable. */
export function isProtected(
  program: Program,
  fn: FunctionNode,
  calls: ReadonlyMap<FunctionNode, readonly DatabaseCall[]>,
): boolean {
  const around = [fn, ...outerFunctions(fn)]
  for (const one of around) {
    if ((calls.get(one) ?? []).some((call) => locks(program, call) || isSerializable(program, call)))
      return true
    if (callsIn(program, one).some((call) => runsLocked(program, call, calls))) return true
    const { parent } = one
    if (parent?.type === 'CallExpression' && opensSerializable(program, parent, one)) return true
  }
  return program.callersOf(fn).some((call) => {
    const caller = enclosingFunction(call)
    return (
      caller !== undefined && caller !== fn && (calls.get(caller) ?? []).some((one) => locks(program, one))
    )
  })
}

/** Whether the function knows what to do where the database refuses a second one. */
export function expectsConflict(program: Program, fn: FunctionNode): boolean {
  return CONFLICT_CODES.test(program.textOf(fn))
}

function isSerializable(program: Program, call: DatabaseCall): boolean {
  return call.sql !== undefined && SERIALIZABLE.test(sqlTextOf(program, call.sql) ?? '')
}

function runsLocked(
  program: Program,
  call: CallNode,
  calls: ReadonlyMap<FunctionNode, readonly DatabaseCall[]>,
): boolean {
  return program.targets(call).some((target) => (calls.get(target) ?? []).some((one) => locks(program, one)))
}

/** `transaction(async (tx) => …, { isolationLevel: 'Serializable' })`, or a function of this code that opens such a one. */
function opensSerializable(program: Program, call: CallNode, callback: Node): boolean {
  const options = argumentsOf(call).filter((given) => !isWithin(callback, given))
  if (options.some((given) => SERIALIZABLE.test(program.textOf(given)))) return true
  if (SERIALIZABLE.test(program.textOf(calleeOf(call)))) return true
  return program
    .targets(call)
    .some((target) => SERIALIZABLE.test(program.textOf(target)) || LOCKING_SQL.test(program.textOf(target)))
}

function outerFunctions(fn: FunctionNode): FunctionNode[] {
  const outer = enclosingFunction(fn)
  return outer === undefined ? [] : [outer, ...outerFunctions(outer)]
}

function callsIn(program: Program, fn: FunctionNode): readonly CallNode[] {
  let known = byFunction.get(program)
  if (!known) {
    known = new Map()
    for (const call of program.calls()) {
      const owner = enclosingFunction(call)
      if (owner) known.set(owner, [...(known.get(owner) ?? []), call])
    }
    byFunction.set(program, known)
  }
  return known.get(fn) ?? []
}

const byFunction = new WeakMap<Program, Map<FunctionNode, readonly CallNode[]>>()
