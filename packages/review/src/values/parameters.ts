/**
 * What a parameter may be: what a decorator or the type says, what the framework passes to the callback, what the callers pass. A type of a
 * package or a class ends the question; otherwise the callers are asked.
 */
import type { FunctionNode, Node } from '../syntax/nodes.js'
import { argumentsOf, calleeOf, memberName, unwrap, type CallNode } from '../syntax/nodes.js'
import type { Analysis } from './analysis.js'
import { annotated } from './evaluate.js'
import { distinct, type Value } from './value.js'

export function parameterValues(analysis: Analysis, fn: FunctionNode, index: number): readonly Value[] {
  const parameter = fn.params[index]
  if (!parameter) return []
  const decorated = decoratedValue(analysis, parameter)
  if (decorated) return [decorated]
  const typed = annotated(analysis, named(parameter))
  if (
    typed.some(
      (value) => value.kind === 'instance' || (value.kind === 'outside' && !value.key.startsWith('global:')),
    )
  )
    return typed
  return distinct([...passed(analysis, fn, index), ...typed])
}

/** What callers pass at `index`, frameworks included. */
function passed(analysis: Analysis, fn: FunctionNode, index: number): readonly Value[] {
  const values: Value[] = []
  for (const use of analysis.uses(fn)) {
    if (use.kind === 'call') {
      const given = argumentFor(use.call, index)
      if (given) values.push(...analysis.evaluate(given))
      continue
    }
    values.push(...givenByCallee(analysis, use.call, use.index, use.path, index, fn))
  }
  return distinct(values)
}

function givenByCallee(
  analysis: Analysis,
  call: CallNode,
  argument: number,
  path: readonly string[],
  index: number,
  fn: FunctionNode,
): readonly Value[] {
  const callee = unwrap(calleeOf(call))
  const values: Value[] = []
  if (callee.type === 'MemberExpression' && path.length === 0 && argument === 0) {
    const method = memberName(callee)
    if (method === 'then' && index === 0) return analysis.evaluate(callee.object)
    if (method !== undefined && ITERATION.has(method) && index === 0) {
      const elements = analysis
        .evaluate(callee.object)
        .flatMap((value) => analysis.member(value, '[]', callee))
      if (elements.length > 0) values.push(...elements)
    }
  }
  for (const value of analysis.evaluate(callee)) {
    if (value.kind !== 'outside') continue
    const given = analysis.knowledge.callbackParameter(value, argument, path, index, call)
    if (given)
      values.push({
        kind: 'outside',
        key: given.key,
        from: value.from,
        site: call,
        transaction: given.transaction ? fn : value.transaction,
      })
  }
  return values
}

/** Methods of arrays whose callback gets an element first. */
export const ITERATION: ReadonlySet<string> = new Set([
  'map',
  'forEach',
  'filter',
  'flatMap',
  'some',
  'every',
  'find',
  'findIndex',
  'findLast',
])

function argumentFor(call: CallNode, index: number): Node | undefined {
  const given = argumentsOf(call)
  const spread = given.findIndex((argument) => argument.type === 'SpreadElement')
  return spread >= 0 && spread <= index ? undefined : given[index]
}

function decoratedValue(analysis: Analysis, parameter: Node): Value | undefined {
  const decorators = (parameter as { decorators?: readonly { expression: Node }[] }).decorators ?? []
  for (const { expression } of decorators) {
    for (const value of analysis.evaluate(expression)) {
      if (value.kind === 'outside' && analysis.knowledge.decidesParameter(value.key))
        return { ...value, site: parameter }
    }
  }
  return undefined
}

function named(parameter: Node): Node {
  let inner = parameter
  if (inner.type === 'TSParameterProperty') inner = inner.parameter
  if (inner.type === 'AssignmentPattern') inner = inner.left
  return inner
}
