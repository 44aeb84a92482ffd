/** What calling a value gives. */
import {
  argumentAt,
  enclosingFunction,
  type CallNode,
  type FunctionNode,
  type Node,
} from '../syntax/nodes.js'
import type { Analysis } from './analysis.js'
import { distinct, extend, type Value } from './value.js'

export function resultOf(analysis: Analysis, value: Value, call: CallNode): readonly Value[] {
  switch (value.kind) {
    case 'function':
      return analysis.returned(value.node)
    case 'class':
      return [{ kind: 'instance', node: value.node }]
    case 'outside': {
      const first = argumentAt(call, 0)
      if (first && analysis.knowledge.returnsArgument(value.key)) {
        const passed = analysis.evaluate(first)
        if (passed.length > 0) return passed
      }
      const next = extend(value, '()', call, (key) => analysis.knowledge.canonical(key))
      return next ? [next] : []
    }
    case 'shape':
      return shapeResult(analysis, value.node)
    default:
      return []
  }
}

function shapeResult(analysis: Analysis, node: Node): readonly Value[] {
  const type = (node as { returnType?: { typeAnnotation: Node } | null }).returnType
  return type ? analysis.ofType(type.typeAnnotation) : []
}

/** What a function returns: its returned expressions, or where they tell nothing, its return type. */
export function returnedValues(analysis: Analysis, fn: FunctionNode): readonly Value[] {
  const values = returnedExpressions(analysis, fn).flatMap((node) => analysis.evaluate(node))
  if (values.length > 0) return distinct(values)
  return fn.returnType ? analysis.ofType(fn.returnType.typeAnnotation) : []
}

/** The expressions that a function returns. */
export function returnedExpressions(analysis: Analysis, fn: FunctionNode): readonly Node[] {
  if (fn.type === 'ArrowFunctionExpression' && fn.expression) return [fn.body]
  const returns = analysis.graph.moduleOf(fn).tree.byType.get('ReturnStatement') ?? []
  const found: Node[] = []
  for (const node of returns) {
    if (node.start < fn.start || node.end > fn.end) continue
    if (node.type === 'ReturnStatement' && node.argument && enclosingFunction(node) === fn)
      found.push(node.argument)
  }
  return found
}
