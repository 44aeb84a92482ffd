/**
 * Another service asked while a transaction is open: locks and a connection are held for as long as it takes to answer, and what it did
 * stays done when the transaction is rolled back. Followed through functions of this code; reported where the code that holds the
 * transaction steps out of it.
 */
import { outsideCall } from '../catalogue/outside-calls.js'
import { openTransactions, type OpenTransaction } from '../catalogue/database/transactions.js'
import { isContinued } from '../catalogue/database/call.js'
import type { Step } from '../finding.js'
import type { Program } from '../program.js'
import type { Rule } from '../rule.js'
import {
  argumentAt,
  argumentsOf,
  calleeOf,
  enclosingFunction,
  isFunction,
  memberName,
  unwrap,
  type CallNode,
  type FunctionNode,
  type Node,
} from '../syntax/nodes.js'

const DEPTH_MAX = 7

/** Methods of lists and promises that run their callback here and now, as far as the transaction is concerned. */
const RUNS_CALLBACK = new Set([
  'map',
  'forEach',
  'filter',
  'flatMap',
  'some',
  'every',
  'find',
  'reduce',
  'then',
  'catch',
  'finally',
])

interface Reached {
  readonly what: string
  readonly call: CallNode
  readonly steps: readonly Step[]
}

export const outsideCallInTransaction: Rule = {
  id: 'outside-call-in-transaction',
  title: 'Outside call in a transaction',
  severity: 'critical',
  check(program, report) {
    const search = new Search(program)
    const reported = new Set<Node>()
    for (const open of openTransactions(program)) {
      if (program.moduleOf(open.begin).isTest) continue
      for (const { at, reached } of search.callsOut(open)) {
        if (reported.has(at)) continue
        reported.add(at)
        const isWait = reached.what === 'a wait'
        const called = program.shortOf(calleeOf(at))
        const what =
          at === reached.call
            ? `is ${reached.what}`
            : `leads to ${reached.what} (${program.shortOf(calleeOf(reached.call))})`
        report({
          at,
          message: `${called} ${what} while the transaction is open: its locks and its connection are held for that long${isWait ? '' : ', and a rollback does not undo it'}.`,
          fix: isWait
            ? 'Wait outside of the transaction: roll back, wait, begin again.'
            : 'Do it before the transaction begins or after it has committed; what must not be lost goes into an outbox table in the same transaction, and a worker sends it.',
          path: [program.step(open.begin, 'opens the transaction'), ...reached.steps],
        })
      }
    }
  },
}

class Search {
  private readonly program: Program
  private readonly within = new Map<FunctionNode, readonly CallNode[]>()
  /** What a function that is called by name leads to, where none of its parameters is called in it. */
  private readonly known = new Map<FunctionNode, Reached | null>()

  constructor(program: Program) {
    this.program = program
  }

  /** Calls in the code of the transaction that lead out of it. */
  *callsOut(open: OpenTransaction): Generator<{ at: CallNode; reached: Reached }> {
    yield* this.inside(open.fn, (call) => open.covers(call), [], 0, new Set([open.fn]))
  }

  private *inside(
    fn: FunctionNode,
    covers: (call: CallNode) => boolean,
    before: readonly Step[],
    depth: number,
    seen: Set<FunctionNode>,
    entered?: CallNode,
  ): Generator<{ at: CallNode; reached: Reached }> {
    for (const call of this.callsOf(fn)) {
      if (!covers(call)) continue
      const direct = this.direct(call)
      if (direct) {
        yield { at: call, reached: { ...direct, steps: [...before, ...direct.steps] } }
        continue
      }
      if (depth >= DEPTH_MAX) continue
      const step = this.program.step(call, `calls ${this.program.shortOf(calleeOf(call))}`)
      for (const target of this.targets(call, fn, entered)) {
        if (seen.has(target)) continue
        // A function that is handed the transaction is part of it: the step out of it is in there.
        if (isFunction(unwrap(calleeOf(call))) || this.isHandedTransaction(call)) {
          yield* this.inside(
            target,
            () => true,
            [...before, step],
            depth + 1,
            new Set([...seen, target]),
            call,
          )
          continue
        }
        const reached = this.reach(target, call, depth + 1, new Set([...seen, target]))
        if (!reached) continue
        yield { at: call, reached: { ...reached, steps: [...before, step, ...reached.steps] } }
        break
      }
    }
  }

  private direct(call: CallNode): Reached | undefined {
    const outside = outsideCall(this.program, call)
    if (outside && !isContinuedByItself(this.program, call))
      return { what: outside.what, call, steps: [this.program.step(call, `is ${outside.what}`)] }
    return isWait(this.program, call)
      ? { what: 'a wait', call, steps: [this.program.step(call, 'waits')] }
      : undefined
  }

  /** The first outside call that running the function leads to. */
  private reach(
    fn: FunctionNode,
    entered: CallNode,
    depth: number,
    seen: Set<FunctionNode>,
  ): Reached | undefined {
    const known = this.known.get(fn)
    if (known !== undefined) return known ?? undefined
    let found: Reached | undefined
    for (const call of this.callsOf(fn)) {
      found = this.direct(call)
      if (found || depth >= DEPTH_MAX) {
        if (found) break
        continue
      }
      for (const target of this.targets(call, fn, entered)) {
        if (seen.has(target)) continue
        const inner = this.reach(target, call, depth + 1, new Set([...seen, target]))
        if (!inner) continue
        const step = this.program.step(call, `calls ${this.program.shortOf(calleeOf(call))}`)
        found = { ...inner, steps: [step, ...inner.steps] }
        break
      }
      if (found) break
    }
    if (!this.callsParameter(fn)) this.known.set(fn, found ?? null)
    return found
  }

  /** Calls that run when the function does: its own, and those of callbacks in it that run at once. */
  private callsOf(fn: FunctionNode): readonly CallNode[] {
    let calls = this.within.get(fn)
    if (!calls) {
      calls = this.program
        .callsWithin(fn)
        .flatMap((call) => [call, ...immediate(this.program, call).flatMap((inner) => this.callsOf(inner))])
      this.within.set(fn, calls)
    }
    return calls
  }

  /** What the call runs; where it calls a parameter of the function, only what this one caller passed. */
  private targets(call: CallNode, fn: FunctionNode, entered: CallNode | undefined): readonly FunctionNode[] {
    const callee = unwrap(calleeOf(call))
    const parameter = this.parameterIn(callee)
    if (!parameter) return [...this.program.targets(call), ...this.named(call)]
    if (!entered) return parameter.fn === fn ? this.program.targets(call) : []
    const given = parameter.fn === fn ? argumentAt(entered, parameter.index) : undefined
    if (!given) return []
    return this.program.values
      .evaluate(given)
      .flatMap((value) => (value.kind === 'function' ? [value.node] : []))
  }

  /** `orders.map(charge)`. */
  private named(call: CallNode): readonly FunctionNode[] {
    if (!runsItsCallback(this.program, call)) return []
    return argumentsOf(call).flatMap((given) =>
      isFunction(unwrap(given)) ? [] : this.program.handedOn(call).slice(0, 1),
    )
  }

  private parameterIn(callee: Node): { fn: FunctionNode; index: number } | undefined {
    if (callee.type !== 'Identifier') return undefined
    const binding = this.program.moduleOf(callee).bindings.of(callee)
    if (binding?.kind !== 'parameter' || !isFunction(binding.declaration)) return undefined
    const index = binding.declaration.params.findIndex(
      (parameter) => (parameter.type === 'AssignmentPattern' ? parameter.left : parameter) === binding.id,
    )
    return { fn: binding.declaration, index }
  }

  private callsParameter(fn: FunctionNode): boolean {
    return this.callsOf(fn).some((call) => this.parameterIn(unwrap(calleeOf(call)))?.fn === fn)
  }

  private isHandedTransaction(call: CallNode): boolean {
    return argumentsOf(call).some((given) => {
      const inner = unwrap(given)
      if (inner.type !== 'Identifier' && inner.type !== 'MemberExpression') return false
      return this.program
        .outside(inner)
        .some(({ key, transaction }) => HANDLES.test(key) || (transaction !== undefined && CLIENTS.test(key)))
    })
  }
}

/** Things that only a transaction, or whoever holds one, hands around. */
const HANDLES =
  /^(?:pg:Client\.new|typeorm:(?:QueryRunner|EntityManager)\.new|sequelize(?:-typescript)?:(?:Transaction\.new|Sequelize\.new\.transaction\(\))|knex:\(\)\.transaction\(\)|(?:mongoose|mongodb):ClientSession\.new|mongoose:startSession\(\))$/

/** Clients whose transactions have handles of the same kind. */
const CLIENTS =
  /^(?:@prisma\/client:PrismaClient\.new|knex:\(\)|drizzle:db|postgres:\(\)|kysely:Kysely\.new|typeorm:Repository\.new)$/

function immediate(program: Program, call: CallNode): readonly FunctionNode[] {
  const callee = unwrap(calleeOf(call))
  if (isFunction(callee)) return [callee]
  if (!runsItsCallback(program, call)) return []
  return argumentsOf(call).map(unwrap).filter(isFunction)
}

function runsItsCallback(program: Program, call: CallNode): boolean {
  if (call.type === 'NewExpression') return program.keys(call.callee).includes('global:Promise')
  const callee = unwrap(calleeOf(call))
  if (callee.type !== 'MemberExpression') return false
  const name = memberName(callee)
  // Knex tells there that the transaction is over.
  if (program.keys(callee.object).some((key) => key.endsWith('.executionPromise'))) return false
  return (
    (name !== undefined && RUNS_CALLBACK.has(name)) ||
    program.callees(call).some(({ key }) => key === 'global:Array.from')
  )
}

/** A link of a chain whose end is a call to the outside too: reported once, at the end. */
function isContinuedByItself(program: Program, call: CallNode): boolean {
  if (!isContinued(call)) return false
  let outer: Node = call
  while (outer.parent && outer.parent.type !== 'CallExpression') {
    if (outer.parent.type !== 'MemberExpression' && unwrap(outer.parent) === outer.parent) return false
    outer = outer.parent
  }
  const next = outer.parent
  return next?.type === 'CallExpression' && next.callee === outer && outsideCall(program, next) !== undefined
}

/** A wait for a time: of node:timers/promises, or the timer in `new Promise((resolve) => setTimeout(resolve, …))`. */
function isWait(program: Program, call: CallNode): boolean {
  if (call.type !== 'CallExpression') return false
  const keys = program.callees(call).map(({ key }) => key)
  if (keys.some((key) => /^timers\/promises:(?:setTimeout|scheduler\.wait)$/.test(key)))
    return call.parent?.type === 'AwaitExpression' || call.parent?.type === 'ReturnStatement'
  if (!keys.some((key) => key === 'global:setTimeout' || key === 'timers:setTimeout')) return false
  const executor = enclosingFunction(call)
  const promise = executor?.parent
  if (promise?.type !== 'NewExpression' || !program.keys(promise.callee).includes('global:Promise'))
    return false
  const resolve = executor?.params[0]
  const given = unwrap(call.arguments[0] ?? call)
  const called =
    given.type === 'ArrowFunctionExpression' && given.body.type === 'CallExpression'
      ? unwrap(given.body.callee)
      : given
  return resolve?.type === 'Identifier' && called.type === 'Identifier' && called.name === resolve.name
}
