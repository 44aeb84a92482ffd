/** What an expression may be: follows names, members, calls, imports. One case a kind of expression. */
import { requiredBy } from '../modules/exports.js'
import type { Target } from '../modules/module.js'
import { patternPath, parameterOf, writeOf, type Access } from '../syntax/bindings.js'
import {
  calleeOf,
  enclosingClass,
  isClass,
  isFunction,
  memberName,
  unwrap,
  type CallNode,
  type Node,
} from '../syntax/nodes.js'
import type { Binding } from '../syntax/tree.js'
import type { Analysis } from './analysis.js'
import { distinct, type Value } from './value.js'

/** The value of an expression, not remembered: `Analysis.evaluate` does that. */
export function evaluateNode(analysis: Analysis, node: Node): readonly Value[] {
  switch (node.type) {
    case 'Identifier':
      return identifier(analysis, node)
    case 'ThisExpression':
      return thisValue(node)
    case 'MemberExpression':
      return memberAccess(analysis, node)
    case 'CallExpression':
    case 'TaggedTemplateExpression':
      return callResult(analysis, node)
    case 'NewExpression':
      return analysis.evaluate(node.callee).flatMap((value) => construct(analysis, value, node))
    case 'ImportExpression':
      return required(analysis, node)
    case 'AwaitExpression':
      return analysis.evaluate(node.argument)
    case 'ConditionalExpression':
      return distinct([...analysis.evaluate(node.consequent), ...analysis.evaluate(node.alternate)])
    case 'LogicalExpression':
      return node.operator === '&&'
        ? analysis.evaluate(node.right)
        : distinct([...analysis.evaluate(node.left), ...analysis.evaluate(node.right)])
    case 'AssignmentExpression':
      return analysis.evaluate(node.right)
    case 'SequenceExpression':
      return analysis.evaluate(node.expressions.at(-1)!)
    case 'Literal':
      return typeof node.value === 'object' && node.value !== null
        ? []
        : [{ kind: 'constant', value: node.value as string }]
    case 'TSAsExpression':
    case 'TSTypeAssertion':
    case 'TSSatisfiesExpression': {
      const values = analysis.evaluate(node.expression)
      return values.length > 0 ? values : analysis.ofType(node.typeAnnotation)
    }
    case 'TSNonNullExpression':
    case 'ParenthesizedExpression':
    case 'ChainExpression':
    case 'TSInstantiationExpression':
      return analysis.evaluate(node.expression)
    case 'ObjectExpression':
      return [{ kind: 'object', node }]
    case 'ArrayExpression':
      return [{ kind: 'array', node }]
    default:
      if (isFunction(node)) return [{ kind: 'function', node }]
      if (isClass(node)) return [{ kind: 'class', node }]
      return []
  }
}

/** What a name of a scope is. */
export function bindingValue(analysis: Analysis, binding: Binding): readonly Value[] {
  const { declaration, id } = binding
  const first = declaredValue(analysis, binding)
  if (binding.kind !== 'let' && binding.kind !== 'var' && binding.kind !== 'parameter') return first
  const bindings = analysis.graph.moduleOf(id).bindings
  const written = bindings.references(binding).flatMap((reference) => {
    const write = writeOf(reference)
    if (
      write?.type === 'AssignmentExpression' &&
      (write.operator === '=' || write.operator === '??=' || write.operator === '||=')
    ) {
      return followed(
        analysis,
        analysis.evaluate(write.right),
        patternPath(reference, write.left).path,
        reference,
      )
    }
    return []
  })
  const values = distinct([...first, ...written])
  return values.length > 0 || declaration.type !== 'VariableDeclarator'
    ? values
    : annotated(analysis, declaration.id)
}

function declaredValue(analysis: Analysis, binding: Binding): readonly Value[] {
  const { declaration, id } = binding
  switch (declaration.type) {
    case 'VariableDeclarator': {
      const { path, defaults } = patternPath(id, declaration.id)
      const loop = declaration.parent?.parent
      const whole =
        loop?.type === 'ForOfStatement' && loop.left === declaration.parent
          ? elements(analysis, analysis.evaluate(loop.right), loop.right)
          : declaration.init
            ? analysis.evaluate(declaration.init)
            : []
      const known = whole.length > 0 ? whole : annotated(analysis, declaration.id)
      return distinct([
        ...followed(analysis, known, path, id),
        ...defaults.flatMap((value) => analysis.evaluate(value)),
      ])
    }
    case 'ImportSpecifier':
    case 'ImportDefaultSpecifier':
    case 'ImportNamespaceSpecifier':
    case 'TSImportEqualsDeclaration':
      return targetValue(analysis, analysis.graph.importOf(binding, analysis.graph.moduleOf(id)), id)
    case 'TSEnumDeclaration':
      return [{ kind: 'enum', node: declaration }]
    default:
      if (binding.kind === 'parameter') return parameterValue(analysis, binding)
      if (binding.kind === 'catch' || binding.kind === 'type') return []
      return evaluateNode(analysis, declaration)
  }
}

function parameterValue(analysis: Analysis, binding: Binding): readonly Value[] {
  const found = parameterOf(binding.id, binding.declaration)
  if (!found || !isFunction(binding.declaration)) return []
  const { path, defaults } = patternPath(binding.id, found.pattern)
  const whole = analysis.parameter(binding.declaration, found.index)
  return distinct([
    ...followed(analysis, whole, path, binding.id),
    ...defaults.flatMap((value) => analysis.evaluate(value)),
  ])
}

/** What an import or export stands for. */
export function targetValue(analysis: Analysis, target: Target | undefined, site: Node): readonly Value[] {
  switch (target?.kind) {
    case 'namespace': {
      // What `module.exports` is set to is the module: a function, a router, a class.
      const { whole } = analysis.graph.exportsOf(target.module)
      return [
        ...(whole && whole.type !== 'ObjectExpression' ? analysis.evaluate(whole) : []),
        { kind: 'namespace', module: target.module },
      ]
    }
    case 'binding':
      return analysis.binding(target.binding)
    case 'expression':
      return analysis.evaluate(target.node)
    case 'package':
      return [
        {
          kind: 'outside',
          key: analysis.knowledge.canonical(`${target.package}:${target.name ?? ''}`),
          site,
        },
      ]
    case undefined:
      return []
  }
}

function identifier(analysis: Analysis, node: Extract<Node, { type: 'Identifier' }>): readonly Value[] {
  const binding = analysis.graph.moduleOf(node).bindings.of(node)
  if (binding) return analysis.binding(binding)
  return node.name === 'undefined'
    ? []
    : [{ kind: 'outside', key: analysis.knowledge.canonical(`global:${node.name}`), site: node }]
}

function thisValue(node: Node): readonly Value[] {
  for (let outer = node.parent; outer; outer = outer.parent) {
    if (
      outer.type === 'PropertyDefinition' ||
      outer.type === 'MethodDefinition' ||
      outer.type === 'AccessorProperty'
    ) {
      const owner = enclosingClass(outer)
      return owner ? [{ kind: outer.static ? 'class' : 'instance', node: owner }] : []
    }
    if (outer.type === 'StaticBlock') {
      const owner = enclosingClass(outer)
      return owner ? [{ kind: 'class', node: owner }] : []
    }
    if (
      outer.type === 'FunctionExpression' &&
      outer.parent?.type === 'Property' &&
      outer.parent.parent?.type === 'ObjectExpression'
    ) {
      return [{ kind: 'object', node: outer.parent.parent }]
    }
    if (
      outer.type === 'FunctionDeclaration' ||
      (outer.type === 'FunctionExpression' && outer.parent?.type !== 'MethodDefinition')
    )
      return []
  }
  return []
}

function memberAccess(
  analysis: Analysis,
  node: Extract<Node, { type: 'MemberExpression' }>,
): readonly Value[] {
  const name = memberName(node) ?? computedName(analysis, node) ?? '[]'
  if (node.object.type === 'Super') return superMember(analysis, node, name)
  return distinct(analysis.evaluate(node.object).flatMap((value) => analysis.member(value, name, node)))
}

function computedName(
  analysis: Analysis,
  node: Extract<Node, { type: 'MemberExpression' }>,
): string | undefined {
  const values = analysis.evaluate(node.property)
  const [only] = values
  return values.length === 1 && only?.kind === 'constant' && typeof only.value === 'string'
    ? only.value
    : undefined
}

function superMember(analysis: Analysis, node: Node, name: string): readonly Value[] {
  const owner = enclosingClass(node)
  if (!owner?.superClass) return []
  return analysis
    .evaluate(owner.superClass)
    .flatMap((parent) => construct(analysis, parent, node))
    .flatMap((parent) => analysis.member(parent, name, node))
}

function callResult(analysis: Analysis, node: CallNode): readonly Value[] {
  const asModule = required(analysis, node)
  if (asModule.length > 0) return asModule
  const callee = unwrap(calleeOf(node))
  if (callee.type === 'MemberExpression') {
    const name = memberName(callee)
    if (name === 'bind') {
      const bound = analysis.evaluate(callee.object).filter((value) => value.kind === 'function')
      if (bound.length > 0) return bound
    }
    // A promise's chain is of what its callbacks return; catch and finally let the value through.
    if ((name === 'catch' || name === 'finally') && node.type === 'CallExpression') {
      const values = analysis.evaluate(callee.object)
      if (values.length > 0) return values
    }
  }
  return distinct(analysis.evaluate(callee).flatMap((value) => analysis.result(value, node)))
}

function required(analysis: Analysis, node: Node): readonly Value[] {
  if (node.type !== 'CallExpression' && node.type !== 'ImportExpression') return []
  if (node.type === 'CallExpression' && node.callee.type !== 'Identifier') return []
  const module = analysis.graph.moduleOf(node)
  const specifier = requiredBy(node, module)
  return specifier === undefined ? [] : targetValue(analysis, analysis.graph.resolve(module, specifier), node)
}

/** What `new` makes of a value, or what an heir inherits from it. */
export function construct(analysis: Analysis, value: Value, site: Node): readonly Value[] {
  if (value.kind === 'class') return [{ kind: 'instance', node: value.node }]
  return value.kind === 'outside' ? analysis.member(value, 'new', site) : []
}

/** Follows a destructuring's way into values. */
function followed(
  analysis: Analysis,
  values: readonly Value[],
  path: readonly Access[],
  site: Node,
): readonly Value[] {
  let reached = values
  for (const step of path) {
    if (step.kind === 'rest') continue
    const name = step.kind === 'key' ? step.name : '[]'
    reached = distinct(reached.flatMap((value) => analysis.member(value, name, site)))
  }
  return reached
}

/** What the elements of a list may be. */
function elements(analysis: Analysis, values: readonly Value[], site: Node): readonly Value[] {
  return distinct(values.flatMap((value) => analysis.member(value, '[]', site)))
}

/** What the type written at a name says. */
export function annotated(analysis: Analysis, pattern: Node): readonly Value[] {
  const annotation = (pattern as { typeAnnotation?: { typeAnnotation: Node } | null }).typeAnnotation
  return annotation ? analysis.ofType(annotation.typeAnnotation) : []
}
