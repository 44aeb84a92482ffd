/**
 * A query for each element of a list: N+1. Seen directly, through functions of this code, and in `Promise.all(list.map(…))`. Spared are
 * loops that go through pages or chunks, retry, or run over a few fixed things.
 */
import type { DatabaseCall } from '../catalogue/database/call.js'
import { databaseCall, databaseCalls } from '../catalogue/database/calls.js'
import { outsideCall } from '../catalogue/outside-calls.js'
import { wayOfRequest } from '../catalogue/request-path.js'
import type { Step } from '../finding.js'
import type { Program } from '../program.js'
import type { Rule } from '../rule.js'
import {
  calleeOf,
  enclosingFunction,
  isWithin,
  memberName,
  unwrap,
  type CallNode,
  type FunctionNode,
  type Node,
} from '../syntax/nodes.js'
import { repetitionOf, type Repetition } from '../syntax/surroundings.js'

/** Functions between the loop and the query: further away nobody can say whether it is asked each time. */
const DEPTH_MAX = 2
const FEW = 8
const LEAVES_DEPTH = 3

export const queryInLoop: Rule = {
  id: 'query-in-loop',
  title: 'Query in a loop',
  severity: 'high',
  check(program, report) {
    const asking = askingFunctions(program)
    for (const call of program.calls()) {
      const repetition = repetitionOf(call)
      if (!repetition || program.moduleOf(call).isTest || !isOverMany(program, repetition)) continue
      const reached = queryOf(program, call, asking)
      if (
        !reached ||
        isBatch(program, call, reached.query, repetition) ||
        isWorkOfItsOwn(program, call, reached.query) ||
        !isWorthIt(program, call, reached)
      )
        continue
      const { query, steps } = reached
      report({
        at: call,
        confidence: repetition.over ? 'certain' : 'likely',
        message: `${program.shortOf(calleeOf(call))} asks the database${query.table === undefined ? '' : ` for ${query.table}`} once for each element that the loop goes through.`,
        path: [program.step(repetition.node, 'goes through a list here'), ...steps],
        fix:
          query.kind === 'write'
            ? 'Write the rows with one statement: createMany, `insert … values` of all, `update … from unnest(…)`.'
            : 'Ask once for all keys (`where id = any($1)`, `in`, include, a join) before the loop, and look the rows up in a Map.',
      })
    }
  },
}

interface Asked {
  readonly query: DatabaseCall
  readonly steps: readonly Step[]
}

/** Functions of this code that ask a database, through others too. */
function askingFunctions(program: Program): ReadonlyMap<FunctionNode, Asked> {
  const asking = new Map<FunctionNode, Asked>()
  let layer: FunctionNode[] = []
  for (const query of databaseCalls(program)) {
    const fn = enclosingFunction(query.call)
    if (!fn || query.kind === 'transaction' || asking.has(fn)) continue
    asking.set(fn, {
      query,
      steps: [program.step(query.call, `asks the database with ${program.shortOf(calleeOf(query.call))}`)],
    })
    layer.push(fn)
  }
  for (let depth = 0; depth < DEPTH_MAX && layer.length > 0; depth += 1) {
    const next: FunctionNode[] = []
    for (const fn of layer) {
      const reached = asking.get(fn)!
      for (const call of [...program.callersOf(fn), ...immediateCalls(fn)]) {
        const outer = enclosingFunction(call)
        if (!outer || asking.has(outer)) continue
        asking.set(outer, {
          query: reached.query,
          steps: [program.step(call, `calls ${program.shortOf(calleeOf(call))}`), ...reached.steps],
        })
        next.push(outer)
      }
    }
    layer = next
  }
  return asking
}

/** A function that is handed on where it stands (the callback of a transaction) asks for the one around it. */
function immediateCalls(fn: FunctionNode): readonly CallNode[] {
  const call = fn.parent
  return call?.type === 'CallExpression' ? [call] : []
}

function queryOf(
  program: Program,
  call: CallNode,
  asking: ReadonlyMap<FunctionNode, Asked>,
): Asked | undefined {
  const own = databaseCall(program, call)
  if (own)
    return own.kind === 'transaction'
      ? undefined
      : { query: own, steps: [program.step(call, 'asks the database')] }
  for (const fn of program.targets(call)) {
    const reached = asking.get(fn)
    if (reached)
      return {
        query: reached.query,
        steps: [program.step(call, `calls ${program.shortOf(calleeOf(call))}`), ...reached.steps],
      }
  }
  return undefined
}

/** Loops that go through data; not pages, retries, and lists of a few that are written down. */
function isOverMany(program: Program, repetition: Repetition): boolean {
  const { node, over } = repetition
  if (!over) return node.type === 'ForStatement' && isCounted(program, node)
  const list = unwrap(over)
  if (list.type === 'ArrayExpression')
    return list.elements.length > FEW || list.elements.some((element) => element?.type === 'SpreadElement')
  if (
    program.values
      .evaluate(list)
      .some(
        (value) =>
          value.kind === 'array' &&
          value.node.elements.length <= FEW &&
          value.node.elements.every((element) => element && element.type !== 'SpreadElement'),
      ) &&
    isConstantList(program, list)
  )
    return false
  if (node.type === 'ForInStatement') return true
  return !isChunks(program, list) && !isFiles(program, list)
}

/** A list that is written down once and not added to. */
function isConstantList(program: Program, list: Node): boolean {
  if (list.type !== 'Identifier') return true
  const module = program.moduleOf(list)
  const binding = module.bindings.of(list)
  if (!binding) return false
  if (binding.kind === 'import') return true
  return (
    binding.kind === 'const' &&
    module.bindings.references(binding).every((reference) => {
      const access = reference.parent
      return !(
        access?.type === 'MemberExpression' &&
        access.object === reference &&
        ['push', 'unshift', 'splice', 'concat'].includes(memberName(access) ?? '')
      )
    })
  )
}

/** Parts of a list, or a stream of pages: each element stands for many rows. */
function isChunks(program: Program, list: Node): boolean {
  if (list.type === 'AwaitExpression') return isChunks(program, unwrap(list.argument))
  const initial = list.type === 'Identifier' ? initialOf(program, list) : undefined
  if (initial) return isChunks(program, unwrap(initial))
  if (list.type !== 'CallExpression') return false
  const callee = unwrap(calleeOf(list))
  const name =
    callee.type === 'Identifier'
      ? callee.name
      : callee.type === 'MemberExpression'
        ? (memberName(callee) ?? '')
        : ''
  if (program.keys(callee).some((key) => /(?:chunk|batch|partition)/i.test(key.slice(key.indexOf(':')))))
    return true
  if (program.targets(list).some((fn) => fn.generator || slices(program, fn))) return true
  return /chunk|batch|page|partition/i.test(name)
}

function initialOf(program: Program, name: Extract<Node, { type: 'Identifier' }>): Node | undefined {
  const declaration = program.moduleOf(name).bindings.of(name)?.declaration
  if (declaration?.type !== 'VariableDeclarator' || declaration.id.type !== 'Identifier') return undefined
  const loop = declaration.parent?.parent
  return loop?.type === 'ForOfStatement' ? undefined : (declaration.init ?? undefined)
}

/** Whether a function cuts a list into parts. */
function slices(program: Program, fn: FunctionNode): boolean {
  return program.callsWithin(fn).some((call) => {
    const callee = unwrap(calleeOf(call))
    return (
      callee.type === 'MemberExpression' &&
      ['slice', 'splice'].includes(memberName(callee) ?? '') &&
      repetitionOf(call) !== undefined
    )
  })
}

/** `for (let i = 0; i < list.length; i += 1)`: one step an element. */
function isCounted(program: Program, loop: Extract<Node, { type: 'ForStatement' }>): boolean {
  const { update, test } = loop
  const single =
    update?.type === 'UpdateExpression' ||
    (update?.type === 'AssignmentExpression' && update.right.type === 'Literal' && update.right.value === 1)
  return single && test !== null && /\.length\b/.test(program.textOf(test))
}

/** Each element is also sent somewhere: its row is read or marked one by one on purpose. */
function isWorkOfItsOwn(program: Program, call: CallNode, query: DatabaseCall): boolean {
  return query.kind === 'write' && program.targets(call).some((fn) => leaves(program, fn, LEAVES_DEPTH))
}

function leaves(program: Program, fn: FunctionNode, depth: number): boolean {
  if (program.callsWithin(fn).some((inner) => outsideCall(program, inner) !== undefined)) return true
  return depth > 0 && program.calledBy(fn).some((called) => leaves(program, called, depth - 1))
}

/** Files of migrations and seeds, each run once. */
function isFiles(program: Program, list: Node): boolean {
  return program.keys(list).some((key) => key.startsWith('fs:') || key.startsWith('fs/promises:'))
}

/**
 * While a client waits each round trip counts, however deep it is. Elsewhere code that goes through steps one by one (a migration, a
 * nightly run, a tool) mostly means to: only a query that stands in the loop, or one function further, is told.
 */
function isWorthIt(program: Program, call: CallNode, { steps }: Asked): boolean {
  if (isRecursive(program, call)) return false
  if (wayOfRequest(program, call) !== undefined) return true
  return steps.length <= STEPS_ELSEWHERE_MAX && !TOOLS.test(program.moduleOf(call).path)
}

/** A walk through a tree: how often it asks is not told by the loop. */
function isRecursive(program: Program, call: CallNode): boolean {
  const targets = program.targets(call)
  for (let fn = enclosingFunction(call); fn; fn = enclosingFunction(fn)) if (targets.includes(fn)) return true
  return false
}

const STEPS_ELSEWHERE_MAX = 3
/** What is run by people, now and then. */
const TOOLS =
  /(?:^|\/)(?:scripts?|bin|tools?|bench(?:marks?)?|seeds?|seeders?|migrations?|fixtures|e2e|examples?)\//

/** A query for the whole chunk, or one that ends the loop. */
function isBatch(program: Program, call: CallNode, query: DatabaseCall, repetition: Repetition): boolean {
  if (!isWithin(query.call, repetition.node) && query.call !== call) return false
  return program.textOf(query.call).includes('.slice(')
}
