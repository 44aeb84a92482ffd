/** Moves the functions of an ES module into a file of their own, which imports what they use; both files import from each other. */
import type { Module } from '../../src/modules/module.js'
import { isWithin, type FunctionNode, type Node } from '../../src/syntax/nodes.js'
import type { Binding } from '../../src/syntax/tree.js'
import { edited, type TextEdit } from './edited.js'

export interface Split {
  readonly text: string
  /** Undefined where there was nothing to move. */
  readonly moved: { readonly path: string; readonly text: string } | undefined
}

interface Movable {
  /** The statement, with its `export` where it has one. */
  readonly statement: Node
  readonly fn: FunctionNode
  readonly name: string
}

export function split(module: Module): Split {
  const { root } = module.tree
  const imports = root.body.filter(({ type }) => type === 'ImportDeclaration')
  const movables = root.body
    .flatMap((statement) => movable(statement))
    .filter(({ fn }) => !writesOutside(module, fn))
  if (imports.length === 0 || movables.length === 0) return { text: module.text, moved: undefined }
  const extension = /\.[cm]?[jt]sx?$/.exec(module.path)![0]
  const base = module.path.slice(0, -extension.length)
  const own = base.slice(base.lastIndexOf('/') + 1)
  const source = (name: string): string => `'./${name}${extension.replace('t', 'j')}'`

  const names = movables.map(({ name }) => name)
  const needed = new Set(
    movables.flatMap(({ fn }) => outerNames(module, fn)).filter((name) => !names.includes(name)),
  )
  const exported = new Set(root.body.flatMap((statement) => exportedNames(module, statement)))
  const open = [...needed].filter((name) => !exported.has(name))
  const again = movables.flatMap(({ statement, name }) =>
    statement.type === 'ExportNamedDeclaration' ? [name] : [],
  )

  const edits: TextEdit[] = movables.map(({ statement }) => ({
    start: statement.start,
    end: statement.end,
    text: '',
  }))
  const given = [...open, ...again]
  const text = [
    `import { ${names.join(', ')} } from ${source(`${own}-moved`)}`,
    edited(module.text, edits),
    given.length > 0 ? `export { ${given.join(', ')} }` : '',
    '',
  ].join('\n')
  const moved = [
    ...imports.map(({ start, end }) => module.text.slice(start, end)),
    needed.size > 0 ? `import { ${[...needed].join(', ')} } from ${source(own)}` : '',
    ...movables.map(({ fn }) => `export ${module.text.slice(fn.start, fn.end)}`),
    '',
  ].join('\n')
  return { text, moved: { path: `${base}-moved${extension}`, text: moved } }
}

function movable(statement: Node): Movable[] {
  const fn = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement
  return fn?.type === 'FunctionDeclaration' && fn.id ? [{ statement, fn, name: fn.id.name }] : []
}

/** What is imported cannot be written to. */
function writesOutside(module: Module, fn: Node): boolean {
  const top = module.tree.scopes.get(module.tree.root) ?? new Map<string, Binding>()
  return [...top.values()].some((binding) =>
    module.bindings.references(binding).some(({ parent, start }) => {
      const isWrite =
        parent?.type === 'UpdateExpression' ||
        (parent?.type === 'AssignmentExpression' && parent.left.start === start)
      return isWrite && isWithin(parent, fn)
    }),
  )
}

/** Names of the module itself, imports aside, that stand in the node. */
function outerNames(module: Module, node: Node): string[] {
  const top = module.tree.scopes.get(module.tree.root) ?? new Map<string, Binding>()
  return [...top.values()].flatMap((binding) => {
    if (binding.kind === 'import' || isWithin(binding.id, node)) return []
    return module.bindings.references(binding).some((id) => isWithin(id, node)) ? [binding.name] : []
  })
}

function exportedNames(module: Module, statement: Node): string[] {
  if (statement.type !== 'ExportNamedDeclaration') return []
  const top = module.tree.scopes.get(module.tree.root) ?? new Map<string, Binding>()
  const declared = [...top.values()].flatMap(({ id, name }) => (isWithin(id, statement) ? [name] : []))
  const listed = statement.specifiers.flatMap(({ local }) =>
    local.type === 'Identifier' ? [local.name] : [],
  )
  return [...declared, ...listed]
}
