/** Members by name over all files: where they are read, set, and decorated on an instance of Fastify. */
import type { ModuleGraph } from '../modules/graph.js'
import { memberName, type MemberNode, type Node } from '../syntax/nodes.js'
import type { MemberAssignment } from './analysis.js'

export class MemberIndex {
  readonly accesses = new Map<string, MemberNode[]>()
  readonly assignments = new Map<string, MemberAssignment[]>()
  readonly decorations = new Map<string, Node[]>()

  constructor(graph: ModuleGraph) {
    for (const module of graph.modules) {
      for (const node of module.tree.byType.get('MemberExpression') ?? []) {
        const name = node.type === 'MemberExpression' ? memberName(node) : undefined
        if (node.type === 'MemberExpression' && name !== undefined) this.add(node, name)
      }
    }
  }

  private add(node: MemberNode, name: string): void {
    push(this.accesses, name, node)
    const outer = node.parent
    if (outer?.type === 'AssignmentExpression' && outer.left === node && outer.operator === '=') {
      push(this.assignments, name, { target: node, value: outer.right })
    }
    if (name !== 'decorate' || outer?.type !== 'CallExpression' || outer.callee !== node) return
    const [key, decoration] = outer.arguments
    if (key?.type === 'Literal' && typeof key.value === 'string' && decoration)
      push(this.decorations, key.value, decoration)
  }
}

function push<T>(index: Map<string, T[]>, name: string, value: T): void {
  const list = index.get(name)
  if (list) list.push(value)
  else index.set(name, [value])
}
