/** What a type annotation says about a value: an instance of a class, something of a package, a shape written in this code. */
import type { Node } from '../syntax/nodes.js'
import { isClass } from '../syntax/nodes.js'
import type { Target } from '../modules/module.js'
import type { Analysis } from './analysis.js'
import { distinct, type Value } from './value.js'

/** Generic types that are their argument, as far as values go. */
const TRANSPARENT = new Set([
  'Promise',
  'PromiseLike',
  'Awaited',
  'Readonly',
  'Partial',
  'Required',
  'NonNullable',
  'Omit',
  'Pick',
  'Exclude',
  'Extract',
])
const LISTS = new Set(['Array', 'ReadonlyArray', 'Iterable', 'AsyncIterable', 'Set'])

export function typeValue(analysis: Analysis, type: Node): readonly Value[] {
  switch (type.type) {
    case 'TSTypeReference':
    case 'TSInterfaceHeritage':
    case 'TSClassImplements':
      return reference(analysis, type)
    case 'TSTypeQuery':
      return type.exprName.type === 'Identifier' ? analysis.evaluate(type.exprName) : []
    case 'TSUnionType':
    case 'TSIntersectionType':
      return distinct(type.types.flatMap((part) => analysis.ofType(part)))
    case 'TSTypeLiteral':
    case 'TSArrayType':
    case 'TSFunctionType':
      return [{ kind: 'shape', node: type }]
    case 'TSTypeOperator':
      return analysis.ofType(type.typeAnnotation)
    case 'TSIndexedAccessType': {
      const { indexType } = type
      const name =
        indexType.type === 'TSLiteralType' && indexType.literal.type === 'Literal'
          ? String(indexType.literal.value)
          : undefined
      return name === undefined
        ? []
        : analysis.ofType(type.objectType).flatMap((value) => analysis.member(value, name, type))
    }
    default:
      return []
  }
}

function reference(
  analysis: Analysis,
  type: Extract<Node, { type: 'TSTypeReference' | 'TSInterfaceHeritage' | 'TSClassImplements' }>,
): readonly Value[] {
  const name = type.type === 'TSTypeReference' ? type.typeName : type.expression
  const first = type.typeArguments?.params[0]
  if (name.type !== 'Identifier') return qualified(analysis, name, type)
  const module = analysis.graph.moduleOf(type)
  const binding = module.bindings.of(name)
  if (!binding) {
    if (TRANSPARENT.has(name.name)) return first ? analysis.ofType(first) : []
    if (LISTS.has(name.name)) return first ? [{ kind: 'shape', node: type }] : []
    if (name.name === 'ReturnType' && first) return returnOf(analysis, first)
    if (name.name === 'InstanceType' && first)
      return analysis
        .ofType(first)
        .map((value) => (value.kind === 'class' ? { kind: 'instance', node: value.node } : value))
    return [{ kind: 'outside', key: analysis.knowledge.canonical(`global:${name.name}.new`), site: type }]
  }
  if (binding.kind === 'import') return ofTarget(analysis, analysis.graph.importOf(binding, module), type)
  return ofDeclaration(analysis, binding.declaration)
}

function returnOf(analysis: Analysis, type: Node): readonly Value[] {
  return analysis
    .ofType(type)
    .flatMap((value) => (value.kind === 'function' ? analysis.returned(value.node) : []))
}

function ofTarget(analysis: Analysis, target: Target | undefined, site: Node): readonly Value[] {
  switch (target?.kind) {
    case 'package':
      return [
        {
          kind: 'outside',
          key: analysis.knowledge.canonical(
            `${target.package}:${target.name === undefined ? '' : `${target.name}.`}new`,
          ),
          site,
        },
      ]
    case 'binding':
      return ofDeclaration(analysis, target.binding.declaration)
    case 'expression':
      return ofDeclaration(analysis, target.node)
    default:
      return []
  }
}

function ofDeclaration(analysis: Analysis, declaration: Node): readonly Value[] {
  if (isClass(declaration)) return [{ kind: 'instance', node: declaration }]
  if (declaration.type === 'TSInterfaceDeclaration') {
    const inherited = declaration.extends
      .flatMap((parent) => analysis.ofType(parent))
      .filter((value) => value.kind === 'outside')
    // `interface AuthedRequest extends Request { user: User }` is a Request before all.
    return inherited.length > 0 ? inherited : [{ kind: 'shape', node: declaration }]
  }
  if (declaration.type === 'TSTypeAliasDeclaration') return analysis.ofType(declaration.typeAnnotation)
  return []
}

/** `Knex.Transaction`, `express.Request`, `Prisma.TransactionClient`. */
function qualified(analysis: Analysis, name: Node, site: Node): readonly Value[] {
  const names: string[] = []
  let left = name
  while (left.type === 'TSQualifiedName') {
    names.unshift(left.right.name)
    left = left.left
  }
  while (left.type === 'MemberExpression') {
    if (left.property.type === 'Identifier') names.unshift(left.property.name)
    left = left.object
  }
  if (left.type !== 'Identifier') return []
  let values = analysis.evaluate(left)
  for (const step of [...names, 'new']) {
    values = values.flatMap((value) =>
      value.kind === 'outside' || step !== 'new'
        ? analysis.member(value, step, site)
        : value.kind === 'class'
          ? [{ kind: 'instance', node: value.node } as const]
          : [],
    )
  }
  return values
}
