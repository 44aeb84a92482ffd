/** What a file exports, in ESM and CommonJS alike, as written there: names to local bindings, expressions or other files' names. */
import { calleeOf, keyName, memberName, unwrap, type Node } from '../syntax/nodes.js'
import type { Module } from './module.js'

export type Export =
  | { readonly kind: 'local'; readonly node: Node }
  | {
      readonly kind: 'from'
      readonly specifier: string
      /** undefined: the namespace. */ readonly name: string | undefined
    }

export interface Exports {
  readonly names: Map<string, Export>
  /** Specifiers of `export * from`. */
  readonly stars: string[]
  /** What `module.exports` or `export =` is set to. */
  readonly whole: Node | undefined
}

/** Reads the exports of a file. Identifiers stand for the bindings they name. */
export function readExports(module: Module): Exports {
  const names = new Map<string, Export>()
  const stars: string[] = []
  let whole: Node | undefined
  for (const statement of module.tree.root.body) {
    switch (statement.type) {
      case 'ExportNamedDeclaration': {
        const specifier = statement.source?.value
        for (const one of statement.specifiers) {
          const exported = nameOf(one.exported)
          names.set(
            exported,
            specifier === undefined
              ? { kind: 'local', node: one.local }
              : { kind: 'from', specifier, name: nameOf(one.local) },
          )
        }
        if (statement.declaration)
          for (const id of declaredBy(statement.declaration)) names.set(id.name, { kind: 'local', node: id })
        break
      }
      case 'ExportDefaultDeclaration': {
        const value = statement.declaration
        names.set('default', { kind: 'local', node: value })
        break
      }
      case 'ExportAllDeclaration':
        if (statement.exported)
          names.set(nameOf(statement.exported), {
            kind: 'from',
            specifier: statement.source.value,
            name: undefined,
          })
        else stars.push(statement.source.value)
        break
      case 'TSExportAssignment':
        whole = statement.expression
        break
      default:
    }
  }
  for (const node of module.tree.byType.get('AssignmentExpression') ?? []) {
    if (node.type !== 'AssignmentExpression') continue
    const target = node.left
    if (target.type !== 'MemberExpression') continue
    if (isExportsObject(target, module)) whole = node.right
    else if (
      target.object.type === 'Identifier'
        ? isGlobal(target.object, 'exports', module)
        : isExportsObject(target.object, module)
    ) {
      const name = memberName(target)
      if (name !== undefined) names.set(name, { kind: 'local', node: node.right })
    }
  }
  if (whole?.type === 'ObjectExpression') {
    for (const property of whole.properties) {
      const name = property.type === 'Property' ? keyName(property.key, property.computed) : undefined
      if (property.type === 'Property' && name !== undefined && !names.has(name))
        names.set(name, { kind: 'local', node: property.value })
    }
  }
  return { names, stars, whole }
}

/** The specifier of `require('x')`, `await import('x')`, `import x = require('x')`; undefined for anything else. */
export function requiredBy(node: Node, module: Module): string | undefined {
  if (node.type === 'ImportExpression') return constantString(node.source)
  if (node.type === 'TSExternalModuleReference') return constantString(node.expression)
  if (node.type !== 'CallExpression') return undefined
  const callee = calleeOf(node)
  if (callee.type !== 'Identifier' || !isGlobal(callee, 'require', module)) return undefined
  return node.arguments[0] ? constantString(node.arguments[0]) : undefined
}

function constantString(node: Node): string | undefined {
  const inner = unwrap(node)
  return inner.type === 'Literal' && typeof inner.value === 'string' ? inner.value : undefined
}

function isGlobal(node: Extract<Node, { type: 'Identifier' }>, name: string, module: Module): boolean {
  if (node.name !== name) return false
  const binding = module.bindings.of(node)
  // `const require = createRequire(import.meta.url)` is the same thing by its own hand.
  return binding === undefined || (name === 'require' && module.text.includes('createRequire'))
}

function isExportsObject(node: Node, module: Module): boolean {
  return (
    node.type === 'MemberExpression' &&
    memberName(node) === 'exports' &&
    node.object.type === 'Identifier' &&
    isGlobal(node.object, 'module', module)
  )
}

function nameOf(node: Node): string {
  return keyName(node, false) ?? 'default'
}

function declaredBy(declaration: Node): Extract<Node, { type: 'Identifier' }>[] {
  if (declaration.type !== 'VariableDeclaration') {
    const id = (declaration as { id?: Node | null }).id
    return id?.type === 'Identifier' ? [id] : []
  }
  return declaration.declarations.flatMap((declarator) => namesIn(declarator.id))
}

function namesIn(pattern: Node): Extract<Node, { type: 'Identifier' }>[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern]
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) =>
        namesIn(property.type === 'RestElement' ? property.argument : property.value),
      )
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => (element ? namesIn(element) : []))
    case 'AssignmentPattern':
      return namesIn(pattern.left)
    case 'RestElement':
      return namesIn(pattern.argument)
    default:
      return []
  }
}
