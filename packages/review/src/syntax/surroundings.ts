/**
 * Where an expression stands: how often it runs, and what becomes of its promise. All of it is told from the tree alone; what a function's
 * callers do is the rule's to ask.
 */
import {
  argumentsOf,
  calleeOf,
  isFunction,
  isLoop,
  memberName,
  unwrap,
  type FunctionNode,
  type Node,
} from './nodes.js'

/** Methods of lists that run their callback once an element. */
const ITERATING: ReadonlySet<string> = new Set([
  'map',
  'forEach',
  'filter',
  'flatMap',
  'some',
  'every',
  'find',
  'findIndex',
  'findLast',
  'reduce',
  'reduceRight',
  'sort',
])

export interface Repetition {
  /** The loop statement, or the call of `map`, `forEach`, … */
  readonly node: Node
  /** What is gone through: the right side of `for … of`, what `map` is called on. Undefined for `while` and plain `for`. */
  readonly over: Node | undefined
}

/** The nearest repetition around a node, in its own function or through callbacks of `map` and the like; undefined where it runs once a call. */
export function repetitionOf(node: Node): Repetition | undefined {
  let inner = node
  for (let outer = node.parent; outer; inner = outer, outer = outer.parent) {
    if (isLoop(outer) && runsEachTime(outer, inner)) {
      return {
        node: outer,
        over: outer.type === 'ForOfStatement' || outer.type === 'ForInStatement' ? outer.right : undefined,
      }
    }
    if (!isFunction(outer)) continue
    const called = iterationOf(outer)
    if (called) return called
    if (!isImmediate(outer)) return undefined
  }
  return undefined
}

/** The iteration whose callback the function is: `items.map(async (item) => …)`. */
function iterationOf(fn: FunctionNode): Repetition | undefined {
  const call = fn.parent
  if (call?.type !== 'CallExpression') return undefined
  const callee = unwrap(calleeOf(call))
  if (callee.type !== 'MemberExpression') return undefined
  const name = memberName(callee)
  if (name === 'from' && argumentsOf(call)[1] === fn) return { node: call, over: argumentsOf(call)[0] }
  if (name === undefined || !ITERATING.has(name) || argumentsOf(call)[0] !== fn) return undefined
  return { node: call, over: callee.object }
}

/** A function that is called where it stands: its body runs as often as the code around it. */
function isImmediate(fn: FunctionNode): boolean {
  const call = fn.parent
  return call?.type === 'CallExpression' && call.callee === fn
}

function runsEachTime(loop: Node, part: Node): boolean {
  switch (loop.type) {
    case 'ForStatement':
      return part !== loop.init
    case 'ForOfStatement':
    case 'ForInStatement':
      return part === loop.body
    default:
      return true
  }
}

/** What the code around does with an expression that is a promise. */
export type PromiseFate =
  /** `await`, `yield`, `for await`. */
  | 'awaited'
  /** Given back by the function. */
  | 'returned'
  /** `.catch(…)`, `.then(a, b)`, `.finally` behind one of them. */
  | 'caught'
  /** `void p`. */
  | 'voided'
  /** Assigned, passed, put into a list: somebody else's. */
  | 'kept'
  /** A statement of its own: nobody waits and nobody hears of an error. */
  | 'dropped'

/** What becomes of the promise that `node` is. */
export function fateOf(node: Node): PromiseFate {
  let inner = node
  for (let outer = node.parent; outer; inner = outer, outer = outer.parent) {
    switch (outer.type) {
      case 'AwaitExpression':
      case 'YieldExpression':
        return 'awaited'
      case 'ReturnStatement':
        return 'returned'
      case 'ArrowFunctionExpression':
        return outer.body === inner ? 'returned' : 'kept'
      case 'ExpressionStatement':
        return 'dropped'
      case 'UnaryExpression':
        return outer.operator === 'void' ? 'voided' : 'kept'
      case 'MemberExpression': {
        const chained = outer.object === inner ? chainedOn(outer) : undefined
        if (chained === undefined) return 'kept'
        if (chained.catches) return 'caught'
        outer = chained.call
        break
      }
      case 'ConditionalExpression':
        if (outer.test === inner) return 'kept'
        break
      case 'LogicalExpression':
        break
      case 'SequenceExpression':
        if (outer.expressions.at(-1) !== inner) return 'dropped'
        break
      case 'ChainExpression':
      case 'ParenthesizedExpression':
      case 'TSAsExpression':
      case 'TSNonNullExpression':
      case 'TSSatisfiesExpression':
        break
      default:
        return 'kept'
    }
  }
  return 'kept'
}

function chainedOn(
  access: Extract<Node, { type: 'MemberExpression' }>,
): { call: Node; catches: boolean } | undefined {
  const call =
    access.parent?.type === 'CallExpression' && access.parent.callee === access ? access.parent : undefined
  if (!call) return undefined
  switch (memberName(access)) {
    case 'catch':
      return { call, catches: call.arguments.length > 0 }
    case 'then':
      return { call, catches: call.arguments.length > 1 }
    case 'finally':
      return { call, catches: false }
    default:
      return undefined
  }
}
