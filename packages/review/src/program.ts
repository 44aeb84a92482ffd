/**
 * The code under review, as rules ask about it. Everything is found through indexes and answered on demand; see ARCHITECTURE.md for which
 * question belongs to which room.
 */
import { knowledge } from './catalogue/knowledge.js'
import type { Note, Step } from './finding.js'
import { ModuleGraph } from './modules/graph.js'
import { majorOf } from './modules/manifest.js'
import type { Module } from './modules/module.js'
import type { SourceFile } from './sources/source-file.js'
import type { CallNode, FunctionNode, Node } from './syntax/nodes.js'
import { analyse } from './values/analyse.js'
import type { Analysis } from './values/analysis.js'
import { argumentsOf, calleeOf, enclosingFunction, isFunction } from './syntax/nodes.js'
import type { Outside, Value } from './values/value.js'

export class Program {
  readonly graph: ModuleGraph
  readonly values: Analysis
  private callsIn: Map<FunctionNode, CallNode[]> | undefined
  readonly schemas: readonly SourceFile[]
  private callList: readonly CallNode[] | undefined
  private readonly calleeKeys = new Map<CallNode, readonly Outside[]>()

  /** Scripts make the program; schemas beside them (SQL, Prisma) tell of its tables. */
  constructor(files: readonly SourceFile[]) {
    this.graph = new ModuleGraph(files.filter(({ kind }) => kind === 'script'))
    this.values = analyse(this.graph, knowledge)
    this.schemas = files.filter(({ kind }) => kind === 'sql' || kind === 'prisma')
  }

  get modules(): readonly Module[] {
    return this.graph.modules
  }

  /** Files that could not be read. */
  get notes(): readonly Note[] {
    return this.graph.notes
  }

  /** Every node of these types, file by file, in source order within a type. */
  *nodes<T extends Node['type']>(...types: readonly T[]): Generator<Extract<Node, { type: T }>> {
    for (const module of this.modules) {
      for (const type of types) yield* (module.tree.byType.get(type) ?? []) as Extract<Node, { type: T }>[]
    }
  }

  /** Every call, construction and tagged template. */
  calls(): readonly CallNode[] {
    this.callList ??= [...this.nodes('CallExpression', 'NewExpression', 'TaggedTemplateExpression')]
    return this.callList
  }

  functions(): Generator<FunctionNode> {
    return this.nodes('FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression')
  }

  moduleOf(node: Node): Module {
    return this.graph.moduleOf(node)
  }

  /** The file's text of a node, for messages. */
  textOf(node: Node): string {
    return this.moduleOf(node).text.slice(node.start, node.end)
  }

  /** The same on one line and short enough for a sentence. */
  shortOf(node: Node): string {
    const text = this.textOf(node).replace(/\s+/g, ' ')
    return text.length > 60 ? `${text.slice(0, 59)}…` : text
  }

  /** Outside things that an expression may be; empty where it is none or unknown. */
  outside(node: Node): readonly Outside[] {
    return this.values.evaluate(node).filter((value) => value.kind === 'outside')
  }

  /** Keys of the outside things that an expression may be: `['pg:Pool.new.query']`. */
  keys(node: Node): readonly string[] {
    return this.outside(node).map((value) => value.key)
  }

  /** Outside things that a call calls. */
  callees(call: CallNode): readonly Outside[] {
    let found = this.calleeKeys.get(call)
    if (!found) {
      found = this.outside(calleeOf(call))
      this.calleeKeys.set(call, found)
    }
    return found
  }

  /** Functions of this code that a call may run; for `new`, the constructor. */
  targets(call: CallNode): readonly FunctionNode[] {
    return this.values.evaluate(calleeOf(call)).flatMap((value) => functionsOf(value, call))
  }

  /** Calls in this code that run the function. */
  callersOf(fn: FunctionNode): readonly CallNode[] {
    return this.values.uses(fn).flatMap((use) => (use.kind === 'call' ? [use.call] : []))
  }

  /** Functions of this code that run when `fn` runs: called in it or in callbacks written in it, or handed on by name to what calls them. */
  calledBy(fn: FunctionNode): readonly FunctionNode[] {
    this.callsIn ??= this.indexCalls()
    return (this.callsIn.get(fn) ?? []).flatMap((call) => [...this.targets(call), ...this.handedOn(call)])
  }

  /** Calls that stand in `fn` itself, functions within it left out. */
  callsWithin(fn: FunctionNode): readonly CallNode[] {
    this.callsIn ??= this.indexCalls()
    return this.callsIn.get(fn) ?? []
  }

  /** Functions of this code that a call is given: it may run them. */
  handedOn(call: CallNode): readonly FunctionNode[] {
    return argumentsOf(call).flatMap((given) => this.functionsAt(given))
  }

  private functionsAt(node: Node): readonly FunctionNode[] {
    if (node.type !== 'Identifier' && node.type !== 'MemberExpression' && !isFunction(node)) return []
    return this.values.evaluate(node).flatMap((value) => (value.kind === 'function' ? [value.node] : []))
  }

  private indexCalls(): Map<FunctionNode, CallNode[]> {
    const index = new Map<FunctionNode, CallNode[]>()
    for (const call of this.calls()) {
      const fn = enclosingFunction(call)
      if (!fn) continue
      const list = index.get(fn)
      if (list) list.push(call)
      else index.set(fn, [call])
    }
    return index
  }

  /** Major version of a library that the file's package.json asks for; undefined where it does not say. */
  majorOf(node: Node, library: string): number | undefined {
    return majorOf(this.moduleOf(node).manifest, library)
  }

  step(node: Node, note: string): Step {
    const module = this.moduleOf(node)
    return { file: module.path, span: module.lines.span(node), note }
  }
}

function functionsOf(value: Value, call: CallNode): readonly FunctionNode[] {
  if (value.kind === 'function') return [value.node]
  if (value.kind !== 'class' || call.type !== 'NewExpression') return []
  for (const element of value.node.body.body) {
    if (
      element.type === 'MethodDefinition' &&
      element.kind === 'constructor' &&
      element.value.type === 'FunctionExpression'
    )
      return [element.value]
  }
  return []
}
