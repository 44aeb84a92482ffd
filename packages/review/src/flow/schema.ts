/** Whether a validator leaves a value no freedom: a number, an identifier of fixed form, one of a list. */
import { NARROW_DECORATORS, NARROW_PIPES, NARROW_SCHEMAS } from '../catalogue/propagation.js'
import {
  argumentsOf,
  calleeOf,
  memberName,
  propertyOf,
  unwrap,
  type Node,
  type MemberNode,
} from '../syntax/nodes.js'
import { parameterOf } from '../syntax/bindings.js'
import type { Binding } from '../syntax/tree.js'
import type { Analysis } from '../values/analysis.js'
import { initialiser } from '../values/constants.js'

const DEPTH_MAX = 20

/** Whether the field at `path` of what the schema accepts is narrow. */
export function isNarrowSchema(
  analysis: Analysis,
  schema: Node,
  path: readonly string[],
  depth = 0,
): boolean {
  if (depth > DEPTH_MAX) return false
  const node = unwrap(schema)
  const value = node.type === 'Identifier' ? initialiser(analysis, node) : undefined
  if (value) return isNarrowSchema(analysis, value, path, depth + 1)
  if (node.type === 'MemberExpression') return isNarrowSchema(analysis, node.object, path, depth + 1)
  if (node.type !== 'CallExpression') return false
  const callee = unwrap(calleeOf(node))
  const name =
    callee.type === 'MemberExpression'
      ? memberName(callee)
      : callee.type === 'Identifier'
        ? callee.name
        : undefined
  const [first, ...rest] = argumentsOf(node)
  if (
    path.length > 0 &&
    first &&
    (name === 'object' ||
      name === 'strictObject' ||
      name === 'looseObject' ||
      name === 'keys' ||
      name === 'extend')
  ) {
    const field = propertyOf(unwrap(first), path[0]!)
    if (field) return isNarrowSchema(analysis, field, path.slice(1), depth + 1)
  }
  if (path.length > 0 && path[0] === '[]' && name === 'array' && first)
    return isNarrowSchema(analysis, first, path.slice(1), depth + 1)
  if (path.length === 0 && name !== undefined) {
    if (NARROW_SCHEMAS.has(name)) return true
    if ((name === 'regex' || name === 'pattern') && isAnchored(first)) return true
    // Valibot: pipe(string(), uuid()).
    if ((name === 'pipe' || name === 'optional' || name === 'nullable' || name === 'union') && first) {
      if ([first, ...rest].some((part) => isNarrowSchema(analysis, part, path, depth + 1))) return true
    }
  }
  return callee.type === 'MemberExpression' ? isNarrowSchema(analysis, callee.object, path, depth + 1) : false
}

/** Whether a regular expression holds a value from end to end, without free text. */
function isAnchored(node: Node | undefined): boolean {
  if (node?.type !== 'Literal' || !('regex' in node) || !node.regex) return false
  const { pattern } = node.regex
  return pattern.startsWith('^') && pattern.endsWith('$') && !/(?<!\\)\.[*+]/.test(pattern)
}

/** Whether a parameter or a field of its class is narrow by its decorators, pipes or type. */
export function isNarrowParameter(analysis: Analysis, parameter: Node, path: readonly string[]): boolean {
  const inner = parameter.type === 'TSParameterProperty' ? parameter.parameter : parameter
  const id = inner.type === 'AssignmentPattern' ? inner.left : inner
  const type = (id as { typeAnnotation?: { typeAnnotation: Node } | null }).typeAnnotation?.typeAnnotation
  if (path.length === 0) return isNarrowType(type) || hasNarrowPipe(analysis, parameter)
  for (const value of type ? analysis.ofType(type) : []) {
    if (value.kind !== 'instance') continue
    for (const element of value.node.body.body) {
      if (
        element.type !== 'PropertyDefinition' ||
        element.key.type !== 'Identifier' ||
        element.key.name !== path[0]
      )
        continue
      if (isNarrowType(element.typeAnnotation?.typeAnnotation)) return true
      if (
        element.decorators.some(({ expression }) =>
          namesOf(analysis, expression).some((name) => NARROW_DECORATORS.has(name)),
        )
      )
        return true
    }
  }
  return false
}

export function isNarrowType(type: Node | undefined): boolean {
  switch (type?.type) {
    case 'TSNumberKeyword':
    case 'TSBooleanKeyword':
    case 'TSBigIntKeyword':
      return true
    case 'TSArrayType':
      return isNarrowType(type.elementType)
    case 'TSTypeReference':
      return type.typeName.type === 'Identifier' && type.typeName.name === 'Date'
    case 'TSUnionType':
      return type.types.every(
        (part) => isNarrowType(part) || part.type === 'TSUndefinedKeyword' || part.type === 'TSNullKeyword',
      )
    default:
      return false
  }
}

function hasNarrowPipe(analysis: Analysis, parameter: Node): boolean {
  const decorators = (parameter as { decorators?: readonly { expression: Node }[] }).decorators ?? []
  return decorators.some(({ expression }) => {
    if (expression.type !== 'CallExpression') return false
    return expression.arguments.some((given) => {
      const pipe = given.type === 'NewExpression' ? given.callee : given
      return namesOf(analysis, pipe).some((name) => NARROW_PIPES.has(name))
    })
  })
}

/** What a thing of a package is called there: `IsIn` of `@IsIn([…])`, whatever it is called here. */
function namesOf(analysis: Analysis, node: Node): readonly string[] {
  return analysis
    .evaluate(node)
    .flatMap((value) => (value.kind === 'outside' ? [/(\w+)(?:\(\))?$/.exec(value.key)?.[1] ?? ''] : []))
}

/** `dto.id` of `@Body() dto: CreateDto` where the class says that `id` is a number. */
export function isNarrowMember(analysis: Analysis, binding: Binding, node: MemberNode): boolean {
  const place = parameterOf(binding.id, binding.declaration)
  const name = memberName(node)
  return place !== undefined && name !== undefined && isNarrowParameter(analysis, place.pattern, [name])
}
