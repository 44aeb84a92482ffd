/** Folds what is written down: literals, templates and concatenations of constants, members of constant objects and enums, over files. */
import { writeOf } from '../syntax/bindings.js'
import { unwrap, type Node } from '../syntax/nodes.js'
import type { Analysis } from './analysis.js'

const DEPTH_MAX = 40

export type Constant = string | number | boolean | null

/** The one constant that an expression is; undefined where it is none or could be several. */
export function constantOf(analysis: Analysis, node: Node, depth = 0): Constant | undefined {
  if (depth > DEPTH_MAX) return undefined
  const inner = unwrap(node)
  if (inner.type === 'TemplateLiteral') {
    let text = inner.quasis[0]?.value.cooked ?? ''
    for (const [index, expression] of inner.expressions.entries()) {
      const value = constantOf(analysis, expression, depth + 1)
      if (value === undefined) return undefined
      text += String(value) + (inner.quasis[index + 1]?.value.cooked ?? '')
    }
    return text
  }
  if (inner.type === 'BinaryExpression') {
    const left = constantOf(analysis, inner.left, depth + 1)
    const right = left === undefined ? undefined : constantOf(analysis, inner.right, depth + 1)
    if (left === undefined || right === undefined) return undefined
    if (inner.operator === '+')
      return typeof left === 'number' && typeof right === 'number' ? left + right : `${left}${right}`
    if (typeof left !== 'number' || typeof right !== 'number') return undefined
    return inner.operator === '*'
      ? left * right
      : inner.operator === '-'
        ? left - right
        : inner.operator === '/'
          ? left / right
          : undefined
  }
  if (inner.type === 'Identifier' || inner.type === 'MemberExpression') {
    const value = initialiser(analysis, inner)
    if (value) return constantOf(analysis, value, depth + 1)
    if (isRewritten(analysis, inner)) return undefined
  }
  const values = analysis.evaluate(inner)
  const [only] = values
  return values.length === 1 && only?.kind === 'constant' ? only.value : undefined
}

/** The expression that a `const` of this file is set to. */
export function initialiser(analysis: Analysis, node: Node): Node | undefined {
  if (node.type !== 'Identifier') return undefined
  const module = analysis.graph.moduleOf(node)
  const binding = module.bindings.of(node)
  if (binding?.kind === 'import') {
    const target = analysis.graph.importOf(binding, module)
    if (target?.kind === 'expression') return target.node
    if (target?.kind === 'binding') return initOf(target.binding.declaration, target.binding.kind)
    return undefined
  }
  return binding && initOf(binding.declaration, binding.kind)
}

function initOf(declaration: Node, kind: string): Node | undefined {
  if (kind !== 'const' || declaration.type !== 'VariableDeclarator' || declaration.id.type !== 'Identifier')
    return undefined
  const loop = declaration.parent?.parent
  return loop?.type === 'ForOfStatement' || loop?.type === 'ForInStatement'
    ? undefined
    : (declaration.init ?? undefined)
}

/** A variable that is written again is not one constant, whatever it begins with. */
function isRewritten(analysis: Analysis, node: Node): boolean {
  if (node.type !== 'Identifier') return false
  const { bindings } = analysis.graph.moduleOf(node)
  const binding = bindings.of(node)
  return (
    binding !== undefined &&
    bindings.references(binding).some((reference) => writeOf(reference) !== undefined)
  )
}
