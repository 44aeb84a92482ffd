/**
 * Whether the promise of a function may reject: an `await`, a `throw` or a returned promise that no `try` of its own catches. Functions of
 * this code are followed; what is awaited from elsewhere may always reject, unless it is known never to.
 */
import { promiseOf } from '../catalogue/promises.js'
import type { Program } from '../program.js'
import {
  calleeOf,
  enclosingFunction,
  isWithin,
  memberName,
  unwrap,
  type FunctionNode,
  type Node,
} from '../syntax/nodes.js'
import { fateOf } from '../syntax/surroundings.js'

const DEPTH_MAX = 5

/** Awaiting these cannot fail, or gives nothing to wait for. */
const NEVER =
  /^(?:timers\/promises:(?:setTimeout|setImmediate|scheduler\.wait)|global:Promise\.(?:allSettled|resolve)|express:(?:Response(?!\.(?:sendFile|download))|next).*|util:promisify\(\))$/

/** Calls that throw at once when what they are given is wrong: outside of a `try` they reject the async function around them. */
const THROWS =
  /^(?:global:JSON\.parse|zod:.*\.parse|zod:.*\.parseAsync|joi:(?:attempt|assert)|jsonwebtoken:verify|superstruct:(?:assert|create)|valibot:parse)$/

/** The place from which the rejection comes; undefined where none is seen. */
export function rejectionOf(program: Program, fn: FunctionNode): Node | undefined {
  return find(program, fn, DEPTH_MAX, new Set())
}

function find(program: Program, fn: FunctionNode, depth: number, seen: Set<FunctionNode>): Node | undefined {
  if (seen.has(fn)) return undefined
  const inner = new Set([...seen, fn])
  return fn.async && !fn.generator
    ? ofAsync(program, fn, depth, inner)
    : ofReturned(program, fn, depth, inner)
}

function ofAsync(
  program: Program,
  fn: FunctionNode,
  depth: number,
  seen: Set<FunctionNode>,
): Node | undefined {
  for (const wait of own(program, fn, 'AwaitExpression')) {
    if (wait.type !== 'AwaitExpression' || isCaught(wait, fn)) continue
    if (mayReject(program, wait.argument, depth, seen)) return wait
  }
  for (const loop of own(program, fn, 'ForOfStatement')) {
    if (loop.type === 'ForOfStatement' && loop.await && !isCaught(loop, fn)) return loop
  }
  for (const thrown of own(program, fn, 'ThrowStatement')) if (!isCaught(thrown, fn)) return thrown
  for (const call of program.callsWithin(fn)) {
    if (isCaught(call, fn) || fateOf(call) === 'caught') continue
    if (program.callees(call).some(({ key }) => THROWS.test(key))) return call
  }
  return ofReturned(program, fn, depth, seen)
}

/** `return work()`: a `try` around it catches nothing of what happens later. */
function ofReturned(
  program: Program,
  fn: FunctionNode,
  depth: number,
  seen: Set<FunctionNode>,
): Node | undefined {
  return program
    .callsWithin(fn)
    .find(
      (call) =>
        fateOf(call) === 'returned' &&
        promiseOf(program, call) !== undefined &&
        mayReject(program, call, depth, seen),
    )
}

function mayReject(program: Program, waited: Node, depth: number, seen: Set<FunctionNode>): boolean {
  const node = unwrap(waited)
  switch (node.type) {
    case 'ConditionalExpression':
      return [node.consequent, node.alternate].some((part) => mayReject(program, part, depth, seen))
    case 'LogicalExpression':
      return [node.left, node.right].some((part) => mayReject(program, part, depth, seen))
    case 'Literal':
    case 'TemplateLiteral':
    case 'ObjectExpression':
    case 'ArrayExpression':
      return false
    case 'NewExpression':
      return !isPlainWait(program, node)
    case 'CallExpression':
      break
    default:
      return true
  }
  const callee = unwrap(calleeOf(node))
  if (callee.type === 'MemberExpression') {
    const name = memberName(callee)
    const given = node.arguments[0]
    if (name === 'catch' && given) return rejectsAgain(program, given, depth, seen)
    if (name === 'then' && node.arguments.length > 1) return false
    if (name === 'finally') return mayReject(program, callee.object, depth, seen)
  }
  if (program.callees(node).some(({ key }) => NEVER.test(key))) return false
  const targets = program.targets(node)
  if (targets.length === 0 || depth <= 0) return true
  return targets.some((target) => {
    if (seen.has(target)) return false
    if (target.async) return find(program, target, depth - 1, seen) !== undefined
    // A plain function: what it returns is waited for; where that is not a call that is known, nothing is seen to fail.
    return returnedCalls(program, target).some((call) =>
      mayReject(program, call, depth - 1, new Set([...seen, target])),
    )
  })
}

function returnedCalls(program: Program, fn: FunctionNode): readonly Node[] {
  const body = fn.type === 'ArrowFunctionExpression' && fn.expression ? [fn.body as Node] : []
  const returned = own(program, fn, 'ReturnStatement').flatMap((statement) =>
    statement.type === 'ReturnStatement' && statement.argument ? [statement.argument as Node] : [],
  )
  return [...body, ...returned].filter((node) => {
    const { type } = unwrap(node)
    return type === 'CallExpression' || type === 'NewExpression'
  })
}

/** `.catch((error) => { throw … })`. */
function rejectsAgain(program: Program, handler: Node, depth: number, seen: Set<FunctionNode>): boolean {
  const given = unwrap(handler)
  if (given.type !== 'ArrowFunctionExpression' && given.type !== 'FunctionExpression') return false
  return given.async
    ? find(program, given, depth - 1, seen) !== undefined
    : own(program, given, 'ThrowStatement').length > 0
}

/** `new Promise((resolve) => setTimeout(resolve, …))` has no way to reject. */
function isPlainWait(program: Program, made: Node): boolean {
  if (made.type !== 'NewExpression' || !program.keys(made.callee).includes('global:Promise')) return false
  const executor = made.arguments[0] && unwrap(made.arguments[0])
  return executor?.type === 'ArrowFunctionExpression' || executor?.type === 'FunctionExpression'
    ? executor.params.length < 2
    : false
}

/** Whether what fails here lands in a `catch` of the function, or in a second try to put things right, which is not judged. */
function isCaught(node: Node, fn: FunctionNode): boolean {
  let inner: Node = node
  for (let outer = node.parent; outer && inner !== fn; inner = outer, outer = outer.parent) {
    if (outer.type !== 'TryStatement') continue
    if (outer.block === inner && outer.handler) return true
    if (outer.finalizer === inner) return true
    if (outer.handler === inner && node.type !== 'ThrowStatement' && !isCall(node)) return true
  }
  return false
}

function isCall(node: Node): boolean {
  return node.type === 'CallExpression'
}

/** Nodes of a type that stand in the function itself. */
function own(program: Program, fn: FunctionNode, type: Node['type']): readonly Node[] {
  const all = program.moduleOf(fn).tree.byType.get(type) ?? []
  return all.filter((node) => isWithin(node, fn) && enclosingFunction(node) === fn)
}
