/**
 * The syntax tree as the rest of the reviewer speaks of it: ESTree nodes of oxc-parser with `parent` set, and the few questions that
 * everyone asks of a single node. Nothing here looks further than a node and its parents.
 */
import type { ArrowFunctionExpression, Class, Expression, Function, Node, Program } from 'oxc-parser'

export type { Class, Expression, Node, Program as Root } from 'oxc-parser'

/** A function of any kind; methods are the `value` of their MethodDefinition or Property. */
export type FunctionNode = Function | ArrowFunctionExpression

/** An `Identifier` node, whatever its role. */
export type Identifier = Extract<Node, { type: 'Identifier' }>
export type MemberNode = Extract<Node, { type: 'MemberExpression' }>
/** What calls something: a call, a construction, a tagged template. */
export type CallNode = Extract<
  Node,
  { type: 'CallExpression' | 'NewExpression' | 'TaggedTemplateExpression' }
>

export function isFunction(node: Node | null | undefined): node is FunctionNode {
  return (
    node?.type === 'ArrowFunctionExpression' ||
    node?.type === 'FunctionExpression' ||
    node?.type === 'FunctionDeclaration'
  )
}

export function isClass(node: Node | null | undefined): node is Class {
  return node?.type === 'ClassDeclaration' || node?.type === 'ClassExpression'
}

export function isLoop(node: Node): boolean {
  switch (node.type) {
    case 'ForStatement':
    case 'ForOfStatement':
    case 'ForInStatement':
    case 'WhileStatement':
    case 'DoWhileStatement':
      return true
    default:
      return false
  }
}

/** The expression without what does not change its value: `as`, `satisfies`, `!`, `<T>x`, parentheses, the optional chain. */
export function unwrap(node: Node): Node {
  let inner = node
  for (;;) {
    switch (inner.type) {
      case 'TSAsExpression':
      case 'TSSatisfiesExpression':
      case 'TSNonNullExpression':
      case 'TSTypeAssertion':
      case 'TSInstantiationExpression':
      case 'ParenthesizedExpression':
      case 'ChainExpression':
        inner = inner.expression
        continue
      default:
        return inner
    }
  }
}

/** The opposite of `unwrap`: the outermost node that has the same value as this one. */
export function wrapped(node: Node): Node {
  let outer = node
  while (
    outer.parent &&
    unwrap(outer.parent) === unwrap(node) &&
    outer.parent.type !== 'ExpressionStatement'
  ) {
    outer = outer.parent
  }
  return outer
}

/** The name that a member, property or method is reached by, where it stands in the code (`a.b`, `a['b']`, `{ b: 1 }`). */
export function keyName(key: Node, computed: boolean): string | undefined {
  if (!computed && (key.type === 'Identifier' || key.type === 'PrivateIdentifier')) {
    return key.type === 'PrivateIdentifier' ? `#${key.name}` : key.name
  }
  const inner = unwrap(key)
  if (inner.type === 'Literal' && (typeof inner.value === 'string' || typeof inner.value === 'number'))
    return String(inner.value)
  if (inner.type === 'TemplateLiteral' && inner.expressions.length === 0)
    return inner.quasis[0]?.value.cooked ?? undefined
  return undefined
}

/** `b` of `a.b` and `a['b']`; undefined where the key is computed by code. */
export function memberName(node: MemberNode): string | undefined {
  return keyName(node.property, node.computed)
}

/** The expression that a call calls. */
export function calleeOf(call: CallNode): Expression {
  return call.type === 'TaggedTemplateExpression' ? call.tag : call.callee
}

/** Arguments as they stand; a tagged template has its values after the strings, as its function is called. */
export function argumentsOf(call: CallNode): readonly Node[] {
  return call.type === 'TaggedTemplateExpression' ? [call.quasi, ...call.quasi.expressions] : call.arguments
}

/** The argument at `index`, unless a spread before it hides which one that is. */
export function argumentAt(call: CallNode, index: number): Node | undefined {
  const given = argumentsOf(call)
  for (let at = 0; at <= index && at < given.length; at += 1) {
    if (given[at]!.type === 'SpreadElement') return undefined
  }
  return given[index]
}

/** Nearest function around the node, not the node itself. */
export function enclosingFunction(node: Node): FunctionNode | undefined {
  for (let outer = node.parent; outer; outer = outer.parent) if (isFunction(outer)) return outer
  return undefined
}

/** Nearest class around the node, not the node itself. */
export function enclosingClass(node: Node): Class | undefined {
  for (let outer = node.parent; outer; outer = outer.parent) if (isClass(outer)) return outer
  return undefined
}

/** Whether `inner` is `outer` or stands inside it. */
export function isWithin(inner: Node, outer: Node): boolean {
  for (let node: Node | null | undefined = inner; node; node = node.parent) if (node === outer) return true
  return false
}

/** The tree's root. */
export function rootOf(node: Node): Program {
  let top: Node = node
  while (top.parent) top = top.parent
  return top as Program
}

/** The value of a property of an object literal, by name; undefined where it is not written there. */
export function propertyOf(object: Node | undefined, name: string): Node | undefined {
  if (object?.type !== 'ObjectExpression') return undefined
  for (const property of object.properties) {
    if (property.type === 'Property' && keyName(property.key, property.computed) === name)
      return property.value
  }
  return undefined
}
