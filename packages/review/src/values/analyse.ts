/**
 * The value analysis of one review: every question is answered once and remembered, circles end, and a question that grows without end
 * is given up. "Unknown" that was found inside a circle is not remembered, so that a
 * later question may still learn more.
 */
import type { ModuleGraph } from '../modules/graph.js'
import {
  isClass,
  unwrap,
  type CallNode,
  type Class,
  type FunctionNode,
  type MemberNode,
  type Node,
} from '../syntax/nodes.js'
import type { Binding } from '../syntax/tree.js'
import type { Analysis, Knowledge, MemberAssignment, Use } from './analysis.js'
import { typeValue } from './annotations.js'
import { bindingValue, evaluateNode } from './evaluate.js'
import { memberValue } from './members.js'
import { MemberIndex } from './member-index.js'
import { parameterValues } from './parameters.js'
import { DEPTH_MAX, Questions, type Budget } from './questions.js'
import { resultOf, returnedValues } from './results.js'
import { usesOf } from './uses.js'
import { distinct, type Value } from './value.js'

export function analyse(graph: ModuleGraph, knowledge: Knowledge): Analysis {
  return new Values(graph, knowledge)
}

class Values implements Analysis {
  readonly graph: ModuleGraph
  readonly knowledge: Knowledge
  private readonly values = new Questions<Node, readonly Value[]>([])
  private readonly bindings = new Questions<Binding, readonly Value[]>([])
  private readonly types = new Questions<Node, readonly Value[]>([])
  private readonly returns = new Questions<FunctionNode, readonly Value[]>([])
  private readonly used = new Questions<Node, readonly Use[]>([])
  private readonly parameters = new Map<FunctionNode, Questions<number, readonly Value[]>>()
  private readonly openMembers = new Map<Node, Set<string>>()
  private memberIndex: MemberIndex | undefined
  private heirIndex: Map<Node, Class[]> | undefined
  private readonly budget: Budget = { depth: 0, steps: 0, cuts: 0, outermost: 0 }

  constructor(graph: ModuleGraph, knowledge: Knowledge) {
    this.graph = graph
    this.knowledge = knowledge
  }

  evaluate(node: Node): readonly Value[] {
    const inner =
      node.type === 'TSAsExpression' || node.type === 'TSSatisfiesExpression' ? node : unwrap(node)
    return this.values.ask(inner, this.budget, () => distinct(evaluateNode(this, inner)))
  }

  binding(binding: Binding): readonly Value[] {
    return this.bindings.ask(binding, this.budget, () => bindingValue(this, binding))
  }

  ofType(type: Node): readonly Value[] {
    return this.types.ask(type, this.budget, () => distinct(typeValue(this, type)))
  }

  parameter(fn: FunctionNode, index: number): readonly Value[] {
    let questions = this.parameters.get(fn)
    if (!questions) this.parameters.set(fn, (questions = new Questions<number, readonly Value[]>([])))
    return questions.ask(index, this.budget, () => parameterValues(this, fn, index))
  }

  returned(fn: FunctionNode): readonly Value[] {
    return this.returns.ask(fn, this.budget, () => returnedValues(this, fn))
  }

  uses(node: Node): readonly Use[] {
    return this.used.ask(node, this.budget, () => usesOf(this, node))
  }

  member(value: Value, name: string, site: Node): readonly Value[] {
    if (!('node' in value)) return memberValue(this, value, name, site)
    // A literal may be spread into itself, a class may extend itself.
    const open = this.openMembers.get(value.node) ?? new Set()
    if (open.has(name) || this.budget.depth > DEPTH_MAX) {
      this.budget.cuts += 1
      return []
    }
    this.openMembers.set(value.node, open.add(name))
    this.budget.depth += 1
    try {
      return memberValue(this, value, name, site)
    } finally {
      this.budget.depth -= 1
      open.delete(name)
    }
  }

  result(value: Value, call: CallNode): readonly Value[] {
    return resultOf(this, value, call)
  }

  membersNamed(name: string): readonly MemberNode[] {
    this.memberIndex ??= new MemberIndex(this.graph)
    return this.memberIndex.accesses.get(name) ?? []
  }

  assignmentsTo(name: string): readonly MemberAssignment[] {
    this.memberIndex ??= new MemberIndex(this.graph)
    return this.memberIndex.assignments.get(name) ?? []
  }

  decorationsOf(name: string): readonly Node[] {
    this.memberIndex ??= new MemberIndex(this.graph)
    return this.memberIndex.decorations.get(name) ?? []
  }

  heirs(node: Node): readonly Class[] {
    this.heirIndex ??= this.indexHeirs()
    return this.heirIndex.get(node) ?? []
  }

  private indexHeirs(): Map<Node, Class[]> {
    const index = new Map<Node, Class[]>()
    this.heirIndex = index
    for (const module of this.graph.modules) {
      for (const type of ['ClassDeclaration', 'ClassExpression']) {
        for (const node of module.tree.byType.get(type) ?? []) {
          if (!isClass(node)) continue
          const parents = [
            ...(node.superClass ? this.evaluate(node.superClass) : []),
            ...(node.implements ?? []).flatMap((implemented) => this.ofType(implemented)),
          ]
          for (const parent of parents) {
            if (!('node' in parent)) continue
            const list = index.get(parent.node)
            if (list) list.push(node)
            else index.set(parent.node, [node])
          }
        }
      }
    }
    return index
  }
}
