/** Scope questions, answered on demand from the tree's one pass and remembered: which binding a name means, where it is used and written. */
import type { Identifier, Node } from './nodes.js'
import type { Binding, Tree } from './tree.js'

/** Answers for one tree. */
export class Bindings {
  private readonly tree: Tree
  private readonly resolved = new Map<Identifier, Binding | null>()
  private readonly used = new Map<Binding, readonly Identifier[]>()

  constructor(tree: Tree) {
    this.tree = tree
  }

  /** What the identifier refers to (or declares), or undefined for a global. */
  of(identifier: Identifier): Binding | undefined {
    const known = this.resolved.get(identifier)
    if (known !== undefined) return known ?? undefined
    const found = this.lookup(identifier.name, identifier)
    this.resolved.set(identifier, found ?? null)
    return found
  }

  /** The binding that `name` means at `place`. */
  lookup(name: string, place: Node): Binding | undefined {
    for (let node: Node | null | undefined = place; node; node = node.parent) {
      const found = this.tree.scopes.get(node)?.get(name)
      if (found) return found
    }
    return undefined
  }

  /** Where the binding is read or written, without its declaration. */
  references(binding: Binding): readonly Identifier[] {
    let list = this.used.get(binding)
    if (!list) {
      list = (this.tree.identifiers.get(binding.name) ?? []).filter(
        (id) => id !== binding.id && this.of(id) === binding,
      )
      this.used.set(binding, list)
    }
    return list
  }

  /** Names of the file's outermost scope. */
  top(name: string): Binding | undefined {
    return this.tree.scopes.get(this.tree.root)?.get(name)
  }
}

/** How a destructuring pattern reaches a name inside it. */
export type Access =
  | { readonly kind: 'key'; readonly name: string }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'rest' }

/** The way from the whole value to `id` within its pattern, and the defaults met on it. */
export function patternPath(id: Node, top: Node): { path: Access[]; defaults: Node[] } {
  const path: Access[] = []
  const defaults: Node[] = []
  let node: Node = id
  while (node !== top && node.parent) {
    const parent: Node = node.parent
    switch (parent.type) {
      case 'AssignmentPattern':
        defaults.push(parent.right)
        break
      case 'Property': {
        const key = parent.key
        if (!parent.computed && key.type === 'Identifier') path.unshift({ kind: 'key', name: key.name })
        else if (key.type === 'Literal') path.unshift({ kind: 'key', name: String(key.value) })
        else path.unshift({ kind: 'unknown' })
        break
      }
      case 'ArrayPattern':
        path.unshift({ kind: 'key', name: String(parent.elements.indexOf(node as never)) })
        break
      case 'RestElement':
        path.unshift({ kind: 'rest' })
        break
      default:
    }
    node = parent
  }
  return { path, defaults }
}

/** The names on the way; `[]` where one is not known. What remains of a rest lies on the same way. */
export function namesOf(path: readonly Access[]): readonly string[] {
  return path.flatMap((step) => (step.kind === 'key' ? [step.name] : step.kind === 'unknown' ? ['[]'] : []))
}

/** The position of a function's parameter in which `id` is declared, and that parameter's pattern. */
export function parameterOf(id: Node, declaration: Node): { index: number; pattern: Node } | undefined {
  const parameters = (declaration as { params?: readonly Node[] }).params ?? []
  for (let node: Node = id; node.parent; node = node.parent) {
    const index = parameters.indexOf(node)
    if (index >= 0) return { index, pattern: node }
  }
  return undefined
}

/** Where the reference is written to: the assignment, update or loop whose target it is. */
export function writeOf(reference: Node): Node | undefined {
  let node = reference
  for (let parent = node.parent; parent; node = parent, parent = node.parent) {
    switch (parent.type) {
      case 'AssignmentExpression':
        return parent.left === node ? parent : undefined
      case 'UpdateExpression':
        return parent
      case 'ForOfStatement':
      case 'ForInStatement':
        return parent.left === node ? parent : undefined
      case 'ObjectPattern':
      case 'ArrayPattern':
      case 'RestElement':
        continue
      case 'Property':
        if (parent.value !== node) return undefined
        continue
      case 'AssignmentPattern':
        if (parent.left !== node) return undefined
        continue
      default:
        return undefined
    }
  }
  return undefined
}
