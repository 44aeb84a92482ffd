/** Gives every local name of a file another, meaningless one; what the file imports, exports and reaches by members keeps its name outside. */
import type { Module } from '../../src/modules/module.js'
import type { Identifier, Node } from '../../src/syntax/nodes.js'
import type { Binding } from '../../src/syntax/tree.js'
import { edited, type TextEdit } from './edited.js'

export function renamed(module: Module): string {
  const edits: TextEdit[] = []
  let count = 0
  for (const scope of module.tree.scopes.values()) {
    for (const binding of scope.values()) {
      if (!isLocal(binding)) continue
      count += 1
      for (const id of [binding.id, ...module.bindings.references(binding)])
        edits.push(rename(id, `v${count}`))
    }
  }
  return edited(module.text, edits)
}

/** Names that are seen from outside are left: inline exports, parameter properties, types. */
function isLocal(binding: Binding): boolean {
  if (binding.kind === 'type' || binding.kind === 'enum' || binding.name === 'this') return false
  for (let node: Node | null | undefined = binding.id; node; node = node.parent) {
    if (node.type === 'TSParameterProperty') return false
    if (node.type === 'ExportNamedDeclaration' || node.type === 'ExportDefaultDeclaration')
      return node.start > binding.declaration.end || isInside(binding, node)
    if (node.type === 'BlockStatement') return true
  }
  return true
}

/** A parameter of an exported function is local; the function is not. */
function isInside(binding: Binding, exported: Node): boolean {
  return (
    binding.kind === 'parameter' ||
    (binding.id.parent !== undefined &&
      binding.declaration.parent?.parent !== exported &&
      binding.declaration.parent !== exported)
  )
}

function rename(id: Identifier, name: string): TextEdit {
  const type = id.typeAnnotation
  const end = type ? Math.min(id.end, id.start + id.name.length) : id.start + id.name.length
  const parent = id.parent
  if (parent?.type === 'Property' && parent.shorthand && parent.value === id)
    return { start: id.start, end, text: `${id.name}: ${name}` }
  if (
    parent?.type === 'AssignmentPattern' &&
    parent.left === id &&
    parent.parent?.type === 'Property' &&
    parent.parent.shorthand
  ) {
    return { start: id.start, end, text: `${id.name}: ${name}` }
  }
  if (parent?.type === 'ImportSpecifier' && parent.imported.start === parent.local.start)
    return { start: id.start, end, text: `${id.name} as ${name}` }
  if (parent?.type === 'ExportSpecifier' && parent.exported.start === parent.local.start)
    return { start: id.start, end, text: `${name} as ${id.name}` }
  return { start: id.start, end, text: name }
}
