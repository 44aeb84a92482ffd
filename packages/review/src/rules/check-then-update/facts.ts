/** A row that code has read, under the names that it gave it, and what it does with its fields. */
import type { DatabaseCall } from '../../catalogue/database/call.js'
import type { Program } from '../../program.js'
import {
  isWithin,
  keyName,
  memberName,
  wrapped,
  type FunctionNode,
  type Identifier,
  type Node,
} from '../../syntax/nodes.js'

/** A read and the names that its row, or single fields of it, were given. */
export interface ReadRow {
  readonly read: DatabaseCall
  /** The expression that gives the row in the function that uses it: the read, or a call of a function that reads. */
  readonly at: Node
  readonly fn: FunctionNode
  readonly row: readonly Identifier[]
  /** Names of single fields, by field. */
  readonly fields: ReadonlyMap<string, readonly Identifier[]>
}

/** Where a field of the row is looked at. */
export interface Look {
  readonly field: string
  readonly node: Node
}

/** Steps between a result and its row. */
const PASSED = new Set(['rows', '0', 'length', 'at', 'rowCount', 'shift', 'pop'])

/** The names that the value of `at` is put under; undefined where it is put under none. */
export function namedRow(
  program: Program,
  read: DatabaseCall,
  at: Node,
  fn: FunctionNode,
): ReadRow | undefined {
  let node = wrapped(at)
  for (let outer = node.parent; outer; node = wrapped(outer), outer = node.parent) {
    if (outer.type === 'AwaitExpression') continue
    if (outer.type === 'MemberExpression' && outer.object === node && PASSED.has(memberName(outer) ?? ''))
      continue
    if (outer.type === 'LogicalExpression' && outer.left === node) continue
    if (outer.type !== 'VariableDeclarator' || outer.init !== node) return undefined
    const row: Identifier[] = []
    const fields = new Map<string, Identifier[]>()
    collect(outer.id, row, fields)
    if (row.length === 0 && fields.size === 0) return undefined
    return {
      read,
      at,
      fn,
      row: all(program, row, fn),
      fields: new Map([...fields].map(([name, ids]) => [name, all(program, ids, fn)])),
    }
  }
  return undefined
}

function collect(pattern: Node, row: Identifier[], fields: Map<string, Identifier[]>): void {
  if (pattern.type === 'Identifier') row.push(pattern)
  else if (pattern.type === 'AssignmentPattern') collect(pattern.left, row, fields)
  else if (pattern.type === 'ArrayPattern') {
    const [first] = pattern.elements
    if (first && first.type !== 'RestElement') collect(first, row, fields)
  } else if (pattern.type === 'ObjectPattern') {
    for (const property of pattern.properties) {
      if (property.type !== 'Property') continue
      const name = keyName(property.key, property.computed)
      const target = property.value.type === 'AssignmentPattern' ? property.value.left : property.value
      if (name === 'rows') collect(target, row, fields)
      else if (name !== undefined && target.type === 'Identifier') fields.set(name, [target])
    }
  }
}

/** Every mention of these names in the function. */
function all(program: Program, ids: readonly Identifier[], fn: FunctionNode): Identifier[] {
  return ids.flatMap((id) => {
    const { bindings } = program.moduleOf(id)
    const binding = bindings.of(id)
    return binding ? bindings.references(binding).filter((one) => isWithin(one, fn)) : []
  })
}

/** Every look at a field; `''` is the row itself: whether there is one. */
export function looksAt(row: ReadRow): readonly Look[] {
  return [
    ...row.row.map((id) => lookBy(id)),
    ...[...row.fields].flatMap(([field, ids]) => ids.map((node) => ({ field, node: wrapped(node) }))),
  ]
}

function lookBy(id: Node): Look {
  let node = wrapped(id)
  for (
    let outer = node.parent;
    outer?.type === 'MemberExpression' && outer.object === node;
    outer = node.parent
  ) {
    const name = memberName(outer) ?? ''
    node = wrapped(outer)
    if (!PASSED.has(name)) return { field: name, node }
  }
  return { field: '', node }
}

/** Names that were made of these looks by a computation, with what they are looked at: `const left = row.stock - quantity`. */
export function derivedLooks(program: Program, looks: readonly Look[], fn: FunctionNode): readonly Look[] {
  return looks.flatMap(({ field, node }) => {
    const declarator = declaratorOf(node)
    if (!declarator || declarator.id.type !== 'Identifier') return []
    return all(program, [declarator.id], fn).map((id) => ({ field, node: wrapped(id) }))
  })
}

function declaratorOf(node: Node): Extract<Node, { type: 'VariableDeclarator' }> | undefined {
  for (let inner = node, outer = node.parent; outer; inner = outer, outer = outer.parent) {
    switch (outer.type) {
      case 'VariableDeclarator':
        return outer.init === inner ? outer : undefined
      case 'BinaryExpression':
      case 'LogicalExpression':
      case 'UnaryExpression':
      case 'ConditionalExpression':
      case 'ParenthesizedExpression':
      case 'ChainExpression':
      case 'TSAsExpression':
      case 'TSNonNullExpression':
        continue
      case 'CallExpression':
        // Number(row.stock), Math.max(0, row.stock - 1)
        if (outer.callee !== inner) continue
        return undefined
      default:
        return undefined
    }
  }
  return undefined
}

/** Whether a decision rests on it: it stands in a test. */
export function isTested(node: Node): boolean {
  for (let inner = node, outer = node.parent; outer; inner = outer, outer = outer.parent) {
    if (
      (outer.type === 'IfStatement' ||
        outer.type === 'ConditionalExpression' ||
        outer.type === 'WhileStatement') &&
      outer.test === inner
    )
      return true
    if (outer.type === 'SwitchStatement') return outer.discriminant === inner
    if (
      outer.type === 'LogicalExpression' &&
      outer.left === inner &&
      outer.parent?.type === 'ExpressionStatement'
    )
      return true
    if (
      outer.type.endsWith('Statement') ||
      outer.type.endsWith('Declaration') ||
      outer.type.includes('Function')
    )
      return false
  }
  return false
}
