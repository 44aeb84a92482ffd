/**
 * Whether a value was held against a list or a form before it is used: `if (!ALLOWED.includes(x)) return`, `ALLOWED.has(x) ? x : 'id'`,
 * `switch (x) { case 'a': … }`. A guard counts where it decides whether this use is reached.
 */
import { calleeOf, isFunction, memberName, unwrap, type Node } from '../syntax/nodes.js'
import type { Analysis } from '../values/analysis.js'

const CHECKS = new Set([
  'includes',
  'has',
  'test',
  'hasOwn',
  'hasOwnProperty',
  'some',
  'isInteger',
  'isSafeInteger',
  'isFinite',
  'indexOf',
  'findIndex',
])

/** Whether `use` (a name or a member) is reached only past a check of its value. */
export function isGuarded(analysis: Analysis, use: Node): boolean {
  let node: Node = use
  for (let parent = node.parent; parent; node = parent, parent = node.parent) {
    if (isFunction(parent)) return false
    if ((parent.type === 'ConditionalExpression' || parent.type === 'IfStatement') && node !== parent.test) {
      const outcome = node === parent.consequent
      if (checks(analysis, parent.test, use, outcome)) return true
    }
    if (
      parent.type === 'LogicalExpression' &&
      parent.operator === '&&' &&
      node === parent.right &&
      checks(analysis, parent.left, use, true)
    )
      return true
    if (
      parent.type === 'SwitchCase' &&
      parent.test &&
      node !== parent.test &&
      parent.parent?.type === 'SwitchStatement'
    ) {
      if (isSame(analysis, parent.parent.discriminant, use) && isFixed(parent.test)) return true
    }
    if (parent.type === 'BlockStatement' || parent.type === 'Program' || parent.type === 'SwitchCase') {
      const statements: readonly Node[] = parent.type === 'SwitchCase' ? parent.consequent : parent.body
      if (guardedBefore(analysis, statements, node, use)) return true
    }
  }
  return false
}

/** An earlier `if` of the same block that leaves, or gives another value, where the check fails. */
function guardedBefore(analysis: Analysis, statements: readonly Node[], until: Node, use: Node): boolean {
  for (const statement of statements) {
    if (statement === until) return false
    if (statement.type !== 'IfStatement') continue
    if (
      checks(analysis, statement.test, use, false) &&
      (leaves(statement.consequent) || assigns(analysis, statement.consequent, use))
    )
      return true
    if (statement.alternate && checks(analysis, statement.test, use, true) && leaves(statement.alternate))
      return true
  }
  return false
}

/** Whether `test` being `outcome` means that the value is one of few. */
function checks(analysis: Analysis, test: Node, use: Node, outcome: boolean): boolean {
  const node = unwrap(test)
  switch (node.type) {
    case 'UnaryExpression':
      return node.operator === '!' && checks(analysis, node.argument, use, !outcome)
    case 'LogicalExpression': {
      const both = [node.left, node.right] as const
      const needed = outcome ? '&&' : '||'
      return node.operator === needed
        ? both.some((side) => checks(analysis, side, use, outcome))
        : both.every((side) => checks(analysis, side, use, outcome))
    }
    case 'BinaryExpression':
      return comparison(analysis, node, use, outcome)
    case 'CallExpression':
      return outcome && isCheck(analysis, node, use)
    default:
      return false
  }
}

function comparison(
  analysis: Analysis,
  node: Extract<Node, { type: 'BinaryExpression' }>,
  use: Node,
  outcome: boolean,
): boolean {
  const { left, right, operator } = node
  // What comes out of a request is never an instance of a class.
  if (operator === 'instanceof') return outcome && isSame(analysis, left, use)
  if (operator === 'in') return outcome && isSame(analysis, left, use)
  const equal = operator === '===' || operator === '=='
  const unequal = operator === '!==' || operator === '!='
  if (
    left.type === 'CallExpression' &&
    (operator === '>=' || operator === '>' || unequal) === outcome &&
    isCheck(analysis, left, use)
  )
    return true
  if (
    left.type === 'CallExpression' &&
    (operator === '<' || equal) !== outcome &&
    isCheck(analysis, left, use)
  )
    return true
  if (!(equal && outcome) && !(unequal && !outcome)) return false
  if (left.type === 'UnaryExpression' && left.operator === 'typeof' && isSame(analysis, left.argument, use))
    return right.type === 'Literal' && right.value === 'number'
  return (isSame(analysis, left, use) && isFixed(right)) || (isSame(analysis, right, use) && isFixed(left))
}

function isCheck(analysis: Analysis, call: Extract<Node, { type: 'CallExpression' }>, use: Node): boolean {
  const callee = unwrap(calleeOf(call))
  const name =
    callee.type === 'MemberExpression'
      ? memberName(callee)
      : callee.type === 'Identifier'
        ? callee.name
        : undefined
  if (name === undefined || !call.arguments.some((argument) => isSame(analysis, argument, use))) {
    // ALLOWED.some((a) => a === x)
    return (
      name === 'some' &&
      call.arguments.some(
        (argument) =>
          isFunction(argument) &&
          argument.body?.type === 'BinaryExpression' &&
          [argument.body.left, argument.body.right].some((side) => isSame(analysis, side, use)),
      )
    )
  }
  return CHECKS.has(name) || /^(?:is|assert|validate|allowed|valid)/i.test(name)
}

function isFixed(node: Node): boolean {
  return node.type === 'Literal' || node.type === 'MemberExpression'
}

function leaves(node: Node): boolean {
  switch (node.type) {
    case 'ReturnStatement':
    case 'ThrowStatement':
    case 'ContinueStatement':
    case 'BreakStatement':
      return true
    case 'BlockStatement': {
      const last = node.body.at(-1)
      return last !== undefined && leaves(last)
    }
    case 'IfStatement':
      return node.alternate !== null && leaves(node.consequent) && leaves(node.alternate)
    default:
      return false
  }
}

function assigns(analysis: Analysis, node: Node, use: Node): boolean {
  const statements = node.type === 'BlockStatement' ? node.body : [node]
  return statements.some(
    (statement) =>
      statement.type === 'ExpressionStatement' &&
      statement.expression.type === 'AssignmentExpression' &&
      isSame(analysis, statement.expression.left, use),
  )
}

/** The same name or the same member of the same name. */
function isSame(analysis: Analysis, a: Node, b: Node): boolean {
  const left = unwrap(a)
  const right = unwrap(b)
  if (left.type === 'Identifier' && right.type === 'Identifier') {
    if (left.name !== right.name) return false
    const { bindings } = analysis.graph.moduleOf(left)
    return bindings.of(left) === bindings.of(right)
  }
  if (left.type === 'MemberExpression' && right.type === 'MemberExpression') {
    const name = memberName(left)
    return name !== undefined && name === memberName(right) && isSame(analysis, left.object, right.object)
  }
  if (
    left.type === 'CallExpression' &&
    left.arguments.length === 0 &&
    left.callee.type === 'MemberExpression'
  )
    return isSame(analysis, left.callee.object, right)
  if (left.type === 'CallExpression' && left.callee.type === 'Identifier' && left.callee.name === 'String')
    return left.arguments[0] !== undefined && isSame(analysis, left.arguments[0], right)
  return left.type === 'ThisExpression' && right.type === 'ThisExpression'
}
