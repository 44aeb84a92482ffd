/**
 * The value analysis of one review: every question is answered once and remembered, circles end, and a question that grows without end
 * is given up. "Unknown" that was found inside a circle is not remembered, so that a
 * later question may still learn more.
 */
import type { ModuleGraph } from '../modules/graph.js'
import {
  isClass,
  memberName,
  unwrap,
  type CallNode,
  type Class,
  type FunctionNode,
  type MemberNode,
  type Node,
} from '../syntax/nodes.js'
import type { Analysis, Knowledge, Use } from './analysis.js'
import { typeValue } from './annotations.js'
import { evaluateNode } from './evaluate.js'
import { memberValue } from './members.js'
import { parameterValues } from './parameters.js'
import { resultOf, returnedValues } from './results.js'
import { usesOf } from './uses.js'
import { distinct, type Value } from './value.js'

const DEPTH_MAX = 120
/** Steps of one outermost question; far more than real code needs, so that hostile code ends. */
const STEPS_MAX = 60_000

export function analyse(graph: ModuleGraph, knowledge: Knowledge): Analysis {
  return new Values(graph, knowledge)
}

class Values implements Analysis {
  readonly graph: ModuleGraph
  readonly knowledge: Knowledge
  private readonly values = new Questions<Node, readonly Value[]>([])
  private readonly types = new Questions<Node, readonly Value[]>([])
  private readonly returns = new Questions<FunctionNode, readonly Value[]>([])
  private readonly used = new Questions<Node, readonly Use[]>([])
  private readonly parameters = new Map<FunctionNode, Questions<number, readonly Value[]>>()
  private readonly openMembers = new Map<Node, Set<string>>()
  private memberIndex: Map<string, MemberNode[]> | undefined
  private heirIndex: Map<Node, Class[]> | undefined
  private readonly budget: Budget = { depth: 0, steps: 0, cuts: 0 }

  constructor(graph: ModuleGraph, knowledge: Knowledge) {
    this.graph = graph
    this.knowledge = knowledge
  }

  evaluate(node: Node): readonly Value[] {
    const inner =
      node.type === 'TSAsExpression' || node.type === 'TSSatisfiesExpression' ? node : unwrap(node)
    return this.values.ask(inner, this.budget, () => distinct(evaluateNode(this, inner)))
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
    this.memberIndex ??= indexMembers(this.graph)
    return this.memberIndex.get(name) ?? []
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

interface Budget {
  depth: number
  steps: number
  /** How often a question was given up, because it was open already or grew too far. */
  cuts: number
}

/** Questions of one kind: remembered, circular ones ended. */
class Questions<Q, A> {
  private readonly answers = new Map<Q, A>()
  private readonly open = new Set<Q>()
  private readonly none: A

  constructor(none: A) {
    this.none = none
  }

  ask(question: Q, budget: Budget, find: () => A): A {
    const known = this.answers.get(question)
    if (known !== undefined) return known
    if (budget.depth === 0) budget.steps = 0
    if (this.open.has(question) || budget.depth > DEPTH_MAX || budget.steps > STEPS_MAX) {
      budget.cuts += 1
      return this.none
    }
    const cutsBefore = budget.cuts
    this.open.add(question)
    budget.depth += 1
    budget.steps += 1
    try {
      const answer = find()
      const unknown = Array.isArray(answer) && answer.length === 0
      if (!unknown || budget.cuts === cutsBefore || budget.depth === 1) this.answers.set(question, answer)
      return answer
    } finally {
      budget.depth -= 1
      this.open.delete(question)
    }
  }
}

function indexMembers(graph: ModuleGraph): Map<string, MemberNode[]> {
  const index = new Map<string, MemberNode[]>()
  for (const module of graph.modules) {
    for (const node of module.tree.byType.get('MemberExpression') ?? []) {
      if (node.type !== 'MemberExpression') continue
      const name = memberName(node)
      if (name === undefined) continue
      const list = index.get(name)
      if (list) list.push(node)
      else index.set(name, [node])
    }
  }
  return index
}
