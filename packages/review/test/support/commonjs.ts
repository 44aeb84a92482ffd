/** Writes a file's imports and exports as `require` and `exports`, where no type stands in the way; other files are left as they are. */
import type { Module } from '../../src/modules/module.js'
import type { Node } from '../../src/syntax/nodes.js'
import { edited, type TextEdit } from './edited.js'

export function asCommonJs(module: Module): string {
  const edits: TextEdit[] = []
  const behind: string[] = []
  for (const statement of module.tree.root.body) {
    const text = convert(module, statement, behind)
    if (text === undefined) return module.text
    if (text !== null) edits.push(text)
  }
  return [edited(module.text, edits), ...behind, ''].join('\n')
}

/** null: nothing to change. undefined: the file cannot be written so. */
function convert(module: Module, statement: Node, behind: string[]): TextEdit | null | undefined {
  switch (statement.type) {
    case 'ImportDeclaration': {
      if (statement.importKind === 'type') return null
      if (statement.specifiers.some(({ local }) => isType(module, local))) return undefined
      return { start: statement.start, end: statement.end, text: imports(statement) }
    }
    case 'ExportAllDeclaration':
      return undefined
    case 'ExportDefaultDeclaration': {
      const { declaration } = statement
      if (declaration.type === 'FunctionDeclaration' && declaration.id) {
        behind.push(`exports.default = ${declaration.id.name}`)
        return { start: statement.start, end: declaration.start, text: '' }
      }
      return { start: statement.start, end: declaration.start, text: 'exports.default = ' }
    }
    case 'ExportNamedDeclaration':
      return exported(module, statement, behind)
    default:
      return null
  }
}

function imports(statement: Extract<Node, { type: 'ImportDeclaration' }>): string {
  const source = `require('${statement.source.value}')`
  const isOwn = statement.source.value.startsWith('.')
  if (statement.specifiers.length === 0) return source
  const named: string[] = []
  const lines: string[] = []
  for (const specifier of statement.specifiers) {
    if (specifier.type === 'ImportNamespaceSpecifier') lines.push(`const ${specifier.local.name} = ${source}`)
    else if (specifier.type === 'ImportDefaultSpecifier')
      lines.push(`const ${specifier.local.name} = ${source}${isOwn ? '.default' : ''}`)
    else {
      const name =
        specifier.imported.type === 'Identifier' ? specifier.imported.name : `'${specifier.imported.value}'`
      named.push(name === specifier.local.name ? name : `${name}: ${specifier.local.name}`)
    }
  }
  if (named.length > 0) lines.push(`const { ${named.join(', ')} } = ${source}`)
  return lines.join('; ')
}

function exported(
  module: Module,
  statement: Extract<Node, { type: 'ExportNamedDeclaration' }>,
  behind: string[],
): TextEdit | null | undefined {
  if (statement.exportKind === 'type') return null
  const { declaration } = statement
  if (!declaration) {
    const from = statement.source ? `require('${statement.source.value}').` : ''
    const lines = statement.specifiers.map(
      ({ local, exported: name }) =>
        `exports.${module.text.slice(name.start, name.end)} = ${from}${module.text.slice(local.start, local.end)}`,
    )
    return { start: statement.start, end: statement.end, text: lines.join('; ') }
  }
  const names = namesOf(declaration)
  if (!names) return undefined
  behind.push(...names.map((name) => `exports.${name} = ${name}`))
  return { start: statement.start, end: declaration.start, text: '' }
}

function namesOf(declaration: Node): string[] | undefined {
  switch (declaration.type) {
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
      // A class may be somebody's type.
      return declaration.id && declaration.type === 'FunctionDeclaration' ? [declaration.id.name] : undefined
    case 'VariableDeclaration': {
      const ids = declaration.declarations.map(({ id }) => id)
      return ids.every((id) => id.type === 'Identifier')
        ? ids.map((id) => (id.type === 'Identifier' ? id.name : ''))
        : undefined
    }
    default:
      return undefined
  }
}

/** Whether an imported name is used as a type, which `require` does not give. */
function isType(module: Module, local: Extract<Node, { type: 'Identifier' }>): boolean {
  const binding = module.bindings.of(local)
  return (
    binding !== undefined &&
    module.bindings
      .references(binding)
      .some((reference) =>
        /^TS(?:TypeReference|TypeQuery|QualifiedName|ClassImplements|InterfaceHeritage)$/.test(
          reference.parent?.type ?? '',
        ),
      )
  )
}
