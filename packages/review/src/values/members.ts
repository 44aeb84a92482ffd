/** Members of values: properties of literals, methods and fields of classes with what they inherit, exports of modules, steps of outside values. */
import {
  enclosingClass,
  isFunction,
  keyName,
  unwrap,
  type Class,
  type FunctionNode,
  type Node,
} from '../syntax/nodes.js'
import type { Analysis } from './analysis.js'
import { annotated, construct, targetValue } from './evaluate.js'
import { distinct, extend, type Outside, type Value } from './value.js'

const INHERITANCE_MAX = 12

/** The member `name` of `value`; `[]` is any element. Empty where it has none that is known. */
export function memberValue(analysis: Analysis, value: Value, name: string, site: Node): readonly Value[] {
  switch (value.kind) {
    case 'outside':
      return outsideMember(analysis, value, name, site)
    case 'namespace':
      return moduleMember(analysis, value, name, site)
    case 'object':
      return objectMember(analysis, value.node, name)
    case 'array':
      return arrayMember(analysis, value.node, name)
    case 'instance':
      return distinct(classMember(analysis, value.node, name, false, site))
    case 'class':
      return distinct(classMember(analysis, value.node, name, true, site))
    case 'enum':
      return enumMember(analysis, value.node, name)
    case 'shape':
      return shapeMember(analysis, value.node, name, site)
    default:
      return []
  }
}

/** Set by assignment (`app.locals.db = pool`) or by a decoration (`fastify.decorate('db', pool)`), it is what was put there; else a step further. */
function outsideMember(analysis: Analysis, value: Outside, name: string, site: Node): readonly Value[] {
  const placed = placedOn(analysis, value, name)
  if (placed.length > 0) return placed
  const next = extend(value, name, site, (key) => analysis.knowledge.canonical(key))
  return next ? [next] : []
}

function placedOn(analysis: Analysis, value: Outside, name: string): readonly Value[] {
  const values: Value[] = []
  for (const { target, value: set } of analysis.assignmentsTo(name)) {
    if (
      analysis.evaluate(target.object).some((owner) => owner.kind === 'outside' && owner.key === value.key)
    ) {
      values.push(...analysis.evaluate(set))
    }
  }
  if (values.length === 0 && value.key.startsWith('fastify:')) {
    for (const decoration of analysis.decorationsOf(name)) values.push(...analysis.evaluate(decoration))
  }
  return distinct(values)
}

function moduleMember(
  analysis: Analysis,
  value: Extract<Value, { kind: 'namespace' }>,
  name: string,
  site: Node,
): readonly Value[] {
  const target = analysis.graph.exported(value.module, name)
  if (target) return targetValue(analysis, target, site)
  const { whole } = analysis.graph.exportsOf(value.module)
  if (!whole) return []
  const values = analysis.evaluate(whole)
  return name === 'default' ? values : values.flatMap((one) => analysis.member(one, name, site))
}

function objectMember(
  analysis: Analysis,
  object: Extract<Node, { type: 'ObjectExpression' }>,
  name: string,
): readonly Value[] {
  const spread: Value[] = []
  const all: Value[] = []
  for (const property of object.properties.toReversed()) {
    if (property.type === 'SpreadElement') {
      spread.push(
        ...analysis.evaluate(property.argument).flatMap((inner) => analysis.member(inner, name, property)),
      )
      continue
    }
    const key = keyName(property.key, property.computed)
    if (name === '[]') all.push(...analysis.evaluate(property.value))
    else if (key === name) {
      const values = analysis.evaluate(property.value)
      return property.kind === 'get'
        ? values.flatMap((value) => (value.kind === 'function' ? analysis.returned(value.node) : []))
        : values
    }
  }
  return distinct([...all, ...spread])
}

function arrayMember(
  analysis: Analysis,
  array: Extract<Node, { type: 'ArrayExpression' }>,
  name: string,
): readonly Value[] {
  if (name === '[]') {
    return distinct(
      array.elements.flatMap((element) => {
        if (!element) return []
        if (element.type !== 'SpreadElement') return analysis.evaluate(element)
        return analysis.evaluate(element.argument).flatMap((inner) => analysis.member(inner, '[]', element))
      }),
    )
  }
  const element = /^\d+$/.test(name) ? array.elements[Number(name)] : undefined
  return element && element.type !== 'SpreadElement' ? analysis.evaluate(element) : []
}

function enumMember(
  analysis: Analysis,
  node: Extract<Node, { type: 'TSEnumDeclaration' }>,
  name: string,
): readonly Value[] {
  for (const [index, member] of node.body.members.entries()) {
    if (keyName(member.id, false) !== name) continue
    return member.initializer ? analysis.evaluate(member.initializer) : [{ kind: 'constant', value: index }]
  }
  return []
}

function shapeMember(analysis: Analysis, node: Node, name: string, site: Node): readonly Value[] {
  if (node.type === 'TSArrayType')
    return name === '[]' || /^\d+$/.test(name) ? analysis.ofType(node.elementType) : []
  const members =
    node.type === 'TSInterfaceDeclaration'
      ? node.body.body
      : node.type === 'TSTypeLiteral'
        ? node.members
        : []
  const found: Value[] = []
  for (const member of members) {
    if (member.type === 'TSPropertySignature' && keyName(member.key, member.computed) === name)
      found.push(...annotated(analysis, member))
    if (member.type === 'TSMethodSignature' && keyName(member.key, member.computed) === name)
      found.push({ kind: 'shape', node: member })
  }
  const made = analysis.heirs(node).flatMap((heir) => classMember(analysis, heir, name, false, site))
  if (made.length > 0) return distinct([...made, ...found.filter((value) => value.kind !== 'shape')])
  if (found.length === 0 && node.type === 'TSInterfaceDeclaration') {
    return node.extends.flatMap((parent) =>
      analysis.ofType(parent).flatMap((value) => analysis.member(value, name, site)),
    )
  }
  return found
}

function classMember(
  analysis: Analysis,
  node: Class,
  name: string,
  isStatic: boolean,
  site: Node,
  depth = 0,
): readonly Value[] {
  if (depth > INHERITANCE_MAX) return []
  const own = ownMember(analysis, node, name, isStatic)
  if (own) return own
  const set = [...assignedFields(analysis, node, name), ...assignedTogether(analysis, node, name)]
  if (set.length > 0) return set
  const inherited = !node.superClass
    ? []
    : analysis.evaluate(node.superClass).flatMap((parent) => {
        if (parent.kind === 'class')
          return classMember(analysis, parent.node, name, isStatic, site, depth + 1)
        return (isStatic ? [parent] : construct(analysis, parent, node)).flatMap((value) =>
          analysis.member(value, name, site),
        )
      })
  if (inherited.length > 0) return inherited
  return depth === 0
    ? analysis.heirs(node).flatMap((heir) => ownMember(analysis, heir, name, isStatic) ?? [])
    : []
}

/** Undefined where the class has no such member of its own; empty where it has one of which nothing is known. */
function ownMember(
  analysis: Analysis,
  node: Class,
  name: string,
  isStatic: boolean,
): readonly Value[] | undefined {
  for (const element of node.body.body) {
    if (element.type === 'MethodDefinition' && element.kind === 'constructor' && !isStatic) {
      const field = parameterField(analysis, element.value, name)
      if (field) return field
      continue
    }
    if (element.type !== 'MethodDefinition' && element.type !== 'PropertyDefinition') continue
    if (element.static !== isStatic || keyName(element.key, element.computed) !== name) continue
    if (element.type === 'MethodDefinition') {
      if (!isFunction(element.value)) continue
      return element.kind === 'get'
        ? analysis.returned(element.value)
        : [{ kind: 'function', node: element.value }]
    }
    const values = [
      ...(element.value ? analysis.evaluate(element.value) : []),
      ...assignedFields(analysis, node, name),
    ]
    return values.length > 0 ? distinct(values) : annotated(analysis, element)
  }
  return undefined
}

function parameterField(analysis: Analysis, constructor: Node, name: string): readonly Value[] | undefined {
  for (const [index, parameter] of (isFunction(constructor) ? constructor.params : []).entries()) {
    if (parameter.type !== 'TSParameterProperty') continue
    const id =
      parameter.parameter.type === 'AssignmentPattern' ? parameter.parameter.left : parameter.parameter
    if (id.type === 'Identifier' && id.name === name)
      return isFunction(constructor) ? analysis.parameter(constructor, index) : []
  }
  return undefined
}

/** `this.name = value` anywhere in the class. */
function assignedFields(analysis: Analysis, node: Class, name: string): readonly Value[] {
  return analysis
    .assignmentsTo(name)
    .flatMap(({ target, value }) =>
      target.object.type === 'ThisExpression' && enclosingClass(target) === node
        ? analysis.evaluate(value)
        : [],
    )
}

/** `Object.assign(this, { members, mailer })` in the constructor: fields that are set all at once. */
function assignedTogether(analysis: Analysis, node: Class, name: string): readonly Value[] {
  const body = constructorOf(node)?.body
  const statements = body?.type === 'BlockStatement' ? body.body : []
  return statements.flatMap((statement) => {
    const call = statement.type === 'ExpressionStatement' ? unwrap(statement.expression) : undefined
    if (call?.type !== 'CallExpression' || !isObjectAssign(call.callee)) return []
    const [target, ...given] = call.arguments
    if (target?.type !== 'ThisExpression') return []
    return given.flatMap((one) =>
      analysis.evaluate(one).flatMap((value) => analysis.member(value, name, one)),
    )
  })
}

const isObjectAssign = (callee: Node): boolean =>
  callee.type === 'MemberExpression' &&
  callee.object.type === 'Identifier' &&
  callee.object.name === 'Object' &&
  keyName(callee.property, callee.computed) === 'assign'

function constructorOf(node: Class): FunctionNode | undefined {
  for (const element of node.body.body)
    if (element.type === 'MethodDefinition' && element.kind === 'constructor' && isFunction(element.value))
      return element.value
  return undefined
}
