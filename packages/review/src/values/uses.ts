/**
 * Where a value goes: which calls call it, and which calls get it as an argument, followed forwards through names, exports and imports,
 * members, returns and calls of functions in the same code. This is what ties a handler to its route and a callback to who calls it.
 */
import {
  calleeOf,
  enclosingFunction,
  isClass,
  isFunction,
  keyName,
  unwrap,
  wrapped,
  type CallNode,
  type FunctionNode,
  type Node,
} from '../syntax/nodes.js'
import type { Module } from '../modules/module.js'
import type { Analysis, Use } from './analysis.js'

const VISITS_MAX = 400

/** All uses of what `node` evaluates to. */
export function usesOf(analysis: Analysis, node: Node): readonly Use[] {
  const walk = new Forward(analysis)
  walk.value(node, [])
  return walk.uses
}

class Forward {
  readonly uses: Use[] = []
  private readonly analysis: Analysis
  private readonly seen = new Set<string>()
  private readonly ids = new Map<Node, number>()

  constructor(analysis: Analysis) {
    this.analysis = analysis
  }

  /** Follows the value that lies at `path` in what `node` is. */
  value(node: Node, path: readonly string[]): void {
    if (!this.first(node, path)) return
    if (node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration') {
      this.exported(node, path)
      if (node.id) this.named(node.id, path)
      return
    }
    const owner =
      node.parent?.type === 'MethodDefinition' && node.parent.kind === 'constructor'
        ? node.parent.parent?.parent
        : undefined
    if (owner) {
      this.value(owner, path)
      return
    }
    const outer = wrapped(node)
    this.exported(outer, path)
    const parent = outer.parent
    if (parent) this.parent(outer, parent, path)
  }

  private parent(node: Node, parent: Node, path: readonly string[]): void {
    switch (parent.type) {
      case 'VariableDeclarator':
        if (parent.init === node) this.pattern(parent.id, path)
        return
      case 'AssignmentExpression':
        if (parent.right === node) this.assigned(parent.left, path)
        return
      case 'CallExpression':
      case 'NewExpression':
        this.call(node, parent, path)
        return
      case 'ReturnStatement':
        this.returned(parent, path)
        return
      case 'ArrowFunctionExpression':
        if (parent.body === node) this.results(parent, path)
        return
      case 'Property':
        if (parent.value === node && parent.parent?.type === 'ObjectExpression') {
          const name = keyName(parent.key, parent.computed)
          if (name !== undefined) this.member(parent.value, name, parent.parent, path)
        }
        return
      case 'ArrayExpression':
      case 'SpreadElement':
      case 'AwaitExpression':
      case 'ConditionalExpression':
      case 'LogicalExpression':
      case 'SequenceExpression':
        this.value(parent, path)
        return
      case 'MethodDefinition':
      case 'PropertyDefinition': {
        const name = keyName(parent.key, parent.computed)
        if (name !== undefined && parent.value === node) this.accesses(node, name, path)
        return
      }
      case 'MemberExpression':
        if (parent.object === node) this.access(parent, path)
        return
      default:
    }
  }

  private call(node: Node, call: CallNode, path: readonly string[]): void {
    if (calleeOf(call) === node) {
      if (path.length === 0) this.uses.push({ kind: 'call', call })
      return
    }
    const index = (call as { arguments: readonly Node[] }).arguments.indexOf(node)
    if (index < 0) return
    this.uses.push({ kind: 'argument', call, index, path })
    for (const value of this.analysis.evaluate(calleeOf(call))) {
      if (value.kind === 'function') this.parameterOf(value.node, index, path)
      else if (value.kind === 'class') {
        const constructor = constructorOf(value.node)
        if (constructor) this.parameterOf(constructor, index, path)
      } else if (value.kind === 'outside' && this.analysis.knowledge.returnsArgument(value.key))
        this.value(call, path)
    }
  }

  private parameterOf(fn: FunctionNode, index: number, path: readonly string[]): void {
    const parameter = fn.params[index] ?? fn.params.at(-1)
    if (!parameter) return
    if (parameter.type === 'TSParameterProperty') {
      const id =
        parameter.parameter.type === 'AssignmentPattern' ? parameter.parameter.left : parameter.parameter
      if (id.type === 'Identifier') {
        this.pattern(id, path)
        this.accesses(fn, id.name, path)
      }
      return
    }
    this.pattern(parameter, path)
  }

  /** Into the names of a pattern that the value is given to. */
  private pattern(pattern: Node, path: readonly string[]): void {
    switch (pattern.type) {
      case 'Identifier':
        this.named(pattern, path)
        return
      case 'AssignmentPattern':
        this.pattern(pattern.left, path)
        return
      case 'ObjectPattern':
        for (const property of pattern.properties) {
          if (property.type === 'RestElement') this.pattern(property.argument, path)
          else if (keyName(property.key, property.computed) === path[0])
            this.pattern(property.value, path.slice(1))
        }
        return
      default:
    }
  }

  private named(id: Extract<Node, { type: 'Identifier' }>, path: readonly string[]): void {
    const { bindings } = this.analysis.graph.moduleOf(id)
    const binding = bindings.of(id)
    if (!binding) return
    for (const reference of bindings.references(binding)) this.value(reference, path)
    this.importers(binding.id, path)
    if (id !== binding.id) return
    this.exportedNames(binding.id, path)
  }

  private assigned(target: Node, path: readonly string[]): void {
    if (target.type === 'Identifier') {
      this.named(target, path)
      return
    }
    if (target.type !== 'MemberExpression') return
    const name = keyName(target.property, target.computed)
    if (name === undefined) return
    const module = this.analysis.graph.moduleOf(target)
    const global =
      target.object.type === 'Identifier' && !module.bindings.of(target.object)
        ? target.object.name
        : undefined
    if (global === 'module' && name === 'exports') this.required(module, path)
    else if (global === 'exports') this.required(module, [name, ...path])
    else if (isModuleExports(target.object)) this.required(module, [name, ...path])
    else this.accesses(target, name, path)
  }

  /** Into what `require` of this module gives. */
  private required(module: Module, path: readonly string[]): void {
    for (const node of this.analysis.graph.requirers(module)) {
      if (node.type === 'Identifier') this.named(node, path)
      else this.value(node, path)
    }
  }

  /** Accesses of a member by this name whose value includes what we follow; `node` tells what that is. */
  private accesses(node: Node, name: string, path: readonly string[]): void {
    const wanted = this.analysis.evaluate(isFunction(node) || isClass(node) ? node : node)
    for (const access of this.analysis.membersNamed(name)) {
      if (access === node) continue
      const values = this.analysis.evaluate(access)
      const same = values.some(
        (value) => 'node' in value && wanted.some((other) => 'node' in other && other.node === value.node),
      )
      if (same) this.value(access, path)
    }
  }

  /** A function or object as the property `name` of an object literal. */
  private member(value: Node, name: string, object: Node, path: readonly string[]): void {
    if (path.length < 4) this.value(object, [name, ...path])
    if (path.length === 0 && isFunction(unwrap(value))) this.accesses(value, name, path)
  }

  private access(access: Node & { type: 'MemberExpression' }, path: readonly string[]): void {
    const name = keyName(access.property, access.computed)
    if (path.length > 0) {
      if (name === path[0]) this.value(access, path.slice(1))
      return
    }
    // f.bind(x), f.call(x, …): the call is of f.
    const call = access.parent
    if (name === 'bind' && call?.type === 'CallExpression' && call.callee === access) this.value(call, path)
  }

  private returned(statement: Node, path: readonly string[]): void {
    const fn = enclosingFunction(statement)
    if (fn) this.results(fn, path)
  }

  private results(fn: FunctionNode, path: readonly string[]): void {
    for (const use of this.analysis.uses(fn)) if (use.kind === 'call') this.value(use.call, path)
  }

  private exported(node: Node, path: readonly string[]): void {
    this.importers(node, path)
  }

  /** `require('./x').name` and `ns.name`: members of modules as a whole. */
  private exportedNames(id: Extract<Node, { type: 'Identifier' }>, path: readonly string[]): void {
    const module = this.analysis.graph.moduleOf(id)
    for (const [name, entry] of this.analysis.graph.exportsOf(module).names) {
      if (
        entry.kind === 'local' &&
        entry.node.type === 'Identifier' &&
        module.bindings.of(entry.node)?.id === id
      )
        this.required(module, [name, ...path])
    }
  }

  private importers(node: Node, path: readonly string[]): void {
    for (const importer of this.analysis.graph.importers(node)) {
      if (importer.node.type !== 'Identifier') continue
      const binding = importer.module.bindings.of(importer.node)
      if (binding)
        for (const reference of importer.module.bindings.references(binding)) this.value(reference, path)
    }
  }

  private first(node: Node, path: readonly string[]): boolean {
    if (this.seen.size >= VISITS_MAX) return false
    let id = this.ids.get(node)
    if (id === undefined) this.ids.set(node, (id = this.ids.size))
    const key = `${id}|${path.join('.')}`
    if (this.seen.has(key)) return false
    this.seen.add(key)
    return true
  }
}

function isModuleExports(node: Node): boolean {
  return (
    node.type === 'MemberExpression' &&
    node.object.type === 'Identifier' &&
    node.object.name === 'module' &&
    keyName(node.property, node.computed) === 'exports'
  )
}

function constructorOf(node: Node): FunctionNode | undefined {
  if (!isClass(node)) return undefined
  for (const element of node.body.body) {
    if (element.type === 'MethodDefinition' && element.kind === 'constructor' && isFunction(element.value))
      return element.value
  }
  return undefined
}
