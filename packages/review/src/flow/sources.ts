/**
 * Where a value comes from: followed backwards from an expression to the requests that decide it, through names, members, templates, calls and
 * callers of this code, fields of classes. Ends at what cleans the value: numbers, checks against lists, narrow schemas, and what the rule
 * says. Bounded in steps and depth, so that circles and hostile code end.
 */
import {
  FROM_ARGUMENTS,
  FROM_RECEIVER,
  HARMLESS,
  PUTS_IN,
  VALIDATES,
  VALIDATORS,
  WITH_ARGUMENTS,
} from '../catalogue/propagation.js'
import { requestInput } from '../catalogue/request-inputs.js'
import type { Step } from '../finding.js'
import type { Program } from '../program.js'
import { parameterOf, namesOf, patternPath, writeOf } from '../syntax/bindings.js'
import {
  argumentAt,
  argumentsOf,
  calleeOf,
  isFunction,
  keyName,
  memberName,
  unwrap,
  type CallNode,
  type FunctionNode,
  type MemberNode,
  type Node,
} from '../syntax/nodes.js'
import type { Binding } from '../syntax/tree.js'
import { ITERATION } from '../values/parameters.js'
import { returnedExpressions } from '../values/results.js'
import { packageOf } from '../values/value.js'
import { isGuarded } from './guards.js'
import { isNarrowMember, isNarrowParameter, isNarrowSchema, isNarrowType } from './schema.js'

const VISITS_MAX = 3_000
const DEPTH_MAX = 150
const PATH_MAX = 6

export interface Source {
  /** The expression or parameter that the request decides. */
  readonly node: Node
  /** "the request's body" */
  readonly what: string
  /** From the source on; the sink is the caller's to add. */
  readonly path: readonly Step[]
}

export interface FlowOptions {
  /** Whether what this expression gives is clean for the rule: it is not followed. */
  isClean?(node: Node): boolean
}

/** The requests that decide what `node` is. At most `max` sources are looked for. */
export function requestSources(
  program: Program,
  node: Node,
  options: FlowOptions = {},
  max = 1,
): readonly Source[] {
  const walk = new Backward(program, options, max)
  walk.from(node, [], 0)
  return walk.found
}

class Backward {
  readonly found: Source[] = []
  private readonly program: Program
  private readonly options: FlowOptions
  private readonly max: number
  private readonly trail: Step[] = []
  /** Calls that were entered through their results: a parameter met inside comes from there. */
  private readonly calls: CallNode[] = []
  private readonly seen = new Map<Node, Set<string>>()
  private visits = 0

  constructor(program: Program, options: FlowOptions, max: number) {
    this.program = program
    this.options = options
    this.max = max
  }

  /** Follows what lies at `path` in `expression`. */
  from(expression: Node, path: readonly string[], depth: number): void {
    const node = unwrap(expression)
    if (this.found.length >= this.max || depth > DEPTH_MAX || !this.first(node, path)) return
    if (this.options.isClean?.(node) === true) return
    this.step(node, path, depth + 1)
  }

  private go(node: Node, path: readonly string[], depth: number): void {
    this.from(node, path.length > PATH_MAX ? path.slice(0, PATH_MAX) : path, depth)
  }

  private step(node: Node, path: readonly string[], depth: number): void {
    switch (node.type) {
      case 'Identifier':
        this.name(node, path, depth)
        return
      case 'MemberExpression':
        this.memberAccess(node, path, depth)
        return
      case 'TemplateLiteral':
        // The strings of a tagged template: its values are arguments of their own.
        if (node.parent?.type === 'TaggedTemplateExpression') return
        for (const part of node.expressions)
          this.noted(part, 'is put into a text here', () => this.go(part, [], depth))
        return
      case 'BinaryExpression':
        if (node.operator !== '+') return
        for (const side of [node.left, node.right]) this.go(side, [], depth)
        return
      case 'LogicalExpression':
        if (node.operator !== '&&') this.go(node.left, path, depth)
        this.go(node.right, path, depth)
        return
      case 'ConditionalExpression':
        this.go(node.consequent, path, depth)
        this.go(node.alternate, path, depth)
        return
      case 'AwaitExpression':
      case 'SpreadElement':
        this.go(node.argument, path, depth)
        return
      case 'AssignmentExpression':
        this.go(node.right, path, depth)
        return
      case 'SequenceExpression':
        this.go(node.expressions.at(-1)!, path, depth)
        return
      case 'ObjectExpression':
        this.objectLiteral(node, path, depth)
        return
      case 'ArrayExpression':
        for (const [index, element] of node.elements.entries()) {
          if (
            element &&
            (path.length === 0 ||
              path[0] === '[]' ||
              path[0] === String(index) ||
              element.type === 'SpreadElement')
          ) {
            this.go(element, element.type === 'SpreadElement' ? path : path.slice(1), depth)
          }
        }
        return
      case 'CallExpression':
      case 'NewExpression':
      case 'TaggedTemplateExpression':
        this.call(node, path, depth)
        return
      default:
    }
  }

  private name(node: Extract<Node, { type: 'Identifier' }>, path: readonly string[], depth: number): void {
    const module = this.program.moduleOf(node)
    const binding = module.bindings.of(node)
    if (!binding || isGuarded(this.program.values, node)) return
    if (binding.kind === 'import') {
      const target = this.program.graph.importOf(binding, module)
      if (target?.kind === 'expression') this.go(target.node, path, depth)
      else if (target?.kind === 'binding') this.binding(target.binding, path, depth)
      return
    }
    this.binding(binding, path, depth)
  }

  private binding(binding: Binding, path: readonly string[], depth: number): void {
    if (binding.kind === 'parameter') this.parameter(binding, path, depth)
    else if (binding.declaration.type === 'VariableDeclarator')
      this.variable(binding, binding.declaration, path, depth)
    this.writes(binding, path, depth)
  }

  private variable(
    binding: Binding,
    declaration: Extract<Node, { type: 'VariableDeclarator' }>,
    path: readonly string[],
    depth: number,
  ): void {
    if (
      isNarrowType(
        (declaration.id as { typeAnnotation?: { typeAnnotation: Node } | null }).typeAnnotation
          ?.typeAnnotation,
      )
    )
      return
    const { path: within, defaults } = patternPath(binding.id, declaration.id)
    const names = namesOf(within)
    const loop = declaration.parent?.parent
    if (loop?.type === 'ForOfStatement' && loop.left === declaration.parent)
      this.go(loop.right, ['[]', ...names, ...path], depth)
    else if (declaration.init) this.go(declaration.init, [...names, ...path], depth)
    for (const value of defaults) this.go(value, path, depth)
  }

  /** Later assignments, members set and elements added. */
  private writes(binding: Binding, path: readonly string[], depth: number): void {
    const { bindings } = this.program.graph.moduleOf(binding.id)
    for (const reference of bindings.references(binding)) {
      const write = writeOf(reference)
      if (write?.type === 'AssignmentExpression') {
        const names = namesOf(patternPath(reference, write.left).path)
        this.go(write.right, [...names, ...path], depth)
        continue
      }
      const access = reference.parent
      if (access?.type !== 'MemberExpression' || access.object !== reference) continue
      const set = access.parent
      const name = memberName(access)
      if (
        set?.type === 'AssignmentExpression' &&
        set.left === access &&
        (path.length === 0 || name === undefined || name === path[0] || path[0] === '[]')
      ) {
        this.go(set.right, path.slice(1), depth)
      } else if (
        set?.type === 'CallExpression' &&
        set.callee === access &&
        name !== undefined &&
        PUTS_IN.has(name)
      ) {
        for (const given of set.arguments) this.go(given, [], depth)
      }
    }
  }

  private parameter(binding: Binding, path: readonly string[], depth: number): void {
    const fn = binding.declaration
    const place = parameterOf(binding.id, fn)
    if (!place || !isFunction(fn)) return
    const { path: within, defaults } = patternPath(binding.id, place.pattern)
    const names = [...namesOf(within), ...path]
    if (isNarrowParameter(this.program.values, place.pattern, names)) return
    for (const value of defaults) this.go(value, path, depth)
    if (this.givenByFramework(fn, place.index, names, binding.id)) return
    const entered = this.calls.at(-1)
    if (entered && this.program.targets(entered).includes(fn)) {
      this.calls.pop()
      this.passed(entered, place, names, depth)
      this.calls.push(entered)
      return
    }
    for (const use of this.program.values.uses(fn)) {
      if (use.kind === 'call') this.passed(use.call, place, names, depth)
      else if (use.path.length === 0 && use.index === 0) this.element(use.call, place.index, names, depth)
    }
  }

  /** A parameter that the framework fills from the request: `@Body() dto`, `(req) =>`. */
  private givenByFramework(fn: FunctionNode, index: number, names: readonly string[], at: Node): boolean {
    for (const value of this.program.values.parameter(fn, index)) {
      if (value.kind !== 'outside') continue
      const what = requestInput([value.key, ...names].join('.').replaceAll('.[]', '[]'))
      if (what === undefined) continue
      this.report(at, what)
      return true
    }
    return false
  }

  private passed(
    call: CallNode,
    place: { index: number; pattern: Node },
    names: readonly string[],
    depth: number,
  ): void {
    const given = argumentAt(call, place.index)
    const rest =
      place.pattern.type === 'RestElement'
        ? argumentsOf(call).slice(place.index)
        : given
          ? [given]
          : argumentsOf(call).filter((argument) => argument.type === 'SpreadElement')
    for (const argument of rest) {
      const inner =
        place.pattern.type === 'RestElement' || argument.type === 'SpreadElement' ? names.slice(1) : names
      this.noted(argument, `is passed to ${this.program.shortOf(calleeOf(call))}`, () =>
        this.go(argument, inner, depth),
      )
    }
  }

  /** The first parameter of an iteration's or a promise's callback. */
  private element(call: CallNode, index: number, names: readonly string[], depth: number): void {
    const callee = unwrap(calleeOf(call))
    if (callee.type !== 'MemberExpression') return
    const method = memberName(callee)
    if (method === undefined) return
    if (method === 'then' && index === 0) this.go(callee.object, names, depth)
    else if (ITERATION.has(method) && index === 0) this.go(callee.object, ['[]', ...names], depth)
    else if (method === 'reduce' && index === 1) this.go(callee.object, ['[]', ...names], depth)
  }

  private memberAccess(node: MemberNode, path: readonly string[], depth: number): void {
    if (isGuarded(this.program.values, node)) return
    const name = memberName(node) ?? '[]'
    if (name === 'length') return
    for (const value of this.program.values.evaluate(node)) {
      const what = value.kind === 'outside' ? requestInput(value.key) : undefined
      if (what !== undefined && value.kind === 'outside' && this.isUntouched(node)) {
        this.report(node, what)
        return
      }
    }
    if (this.field(node, name, path, depth)) return
    this.go(node.object, [name, ...path], depth)
  }

  /** A member written out on the request itself; one of a name is followed through the name, which may be guarded or narrowed. */
  private isUntouched(node: MemberNode): boolean {
    let base: Node = node
    while (base.type === 'MemberExpression') base = unwrap(base.object)
    if (base.type !== 'Identifier') return true
    const binding = this.program.moduleOf(base).bindings.of(base)
    return binding?.kind === 'parameter' && !isNarrowMember(this.program.values, binding, node)
  }

  /** A field of an instance: everything that is ever put there. */
  private field(node: MemberNode, name: string, path: readonly string[], depth: number): boolean {
    const owners = this.program.values.evaluate(node.object).filter((value) => value.kind === 'instance')
    if (owners.length === 0) return false
    for (const owner of owners) {
      for (const element of owner.node.body.body) {
        if (
          element.type === 'PropertyDefinition' &&
          element.value &&
          keyName(element.key, element.computed) === name
        )
          this.go(element.value, path, depth)
        if (
          element.type === 'MethodDefinition' &&
          element.kind === 'get' &&
          isFunction(element.value) &&
          keyName(element.key, element.computed) === name
        ) {
          for (const returned of returnedExpressions(this.program.values, element.value))
            this.go(returned, path, depth)
        }
        if (element.type === 'MethodDefinition' && element.kind === 'constructor')
          this.constructorField(element.value, name, path, depth)
      }
      for (const { target, value: set } of this.program.values.assignmentsTo(name)) {
        if (target.object.type !== 'ThisExpression') continue
        const values = this.program.values.evaluate(target.object)
        if (values.some((value) => value.kind === 'instance' && value.node === owner.node))
          this.go(set, path, depth)
      }
    }
    return true
  }

  private constructorField(fn: Node, name: string, path: readonly string[], depth: number): void {
    const parameters = (fn as { params?: readonly Node[] }).params ?? []
    for (const parameter of parameters) {
      if (parameter.type !== 'TSParameterProperty') continue
      const id =
        parameter.parameter.type === 'AssignmentPattern' ? parameter.parameter.left : parameter.parameter
      const binding =
        id.type === 'Identifier' && id.name === name ? this.program.moduleOf(id).bindings.of(id) : undefined
      if (binding) this.parameter(binding, path, depth)
    }
  }

  private objectLiteral(
    node: Extract<Node, { type: 'ObjectExpression' }>,
    path: readonly string[],
    depth: number,
  ): void {
    for (const property of node.properties) {
      if (property.type === 'SpreadElement') this.go(property.argument, path, depth)
      else {
        const key = keyName(property.key, property.computed)
        if (path.length === 0 || path[0] === '[]' || key === undefined || key === path[0])
          this.go(property.value, path.slice(1), depth)
      }
    }
  }

  private call(node: CallNode, path: readonly string[], depth: number): void {
    // `req.get('x')` gives input; `req.body.ids.map(f)` is what f makes of it.
    const fromInput = this.program.callees(node).some((callee) => requestInput(callee.key) !== undefined)
    const direct = fromInput
      ? []
      : this.program.outside(node).flatMap((value) => requestInput([value.key, ...path].join('.')) ?? [])
    if (direct[0] !== undefined) {
      this.report(node, direct[0])
      return
    }
    const targets = this.program.targets(node)
    if (targets.length > 0 && node.type !== 'NewExpression') {
      for (const fn of targets) this.results(node, fn, path, depth)
      return
    }
    const keys = this.program.keys(calleeOf(node))
    if (keys.some((key) => HARMLESS.has(key))) return
    if (keys.some((key) => FROM_ARGUMENTS.has(key))) {
      for (const given of argumentsOf(node)) this.go(given, path, depth)
      return
    }
    const callee = unwrap(calleeOf(node))
    if (callee.type === 'MemberExpression') this.method(node, callee, keys, path, depth)
    else if (keys.some((key) => VALIDATORS.has(packageOf(key))))
      this.validated(argumentAt(node, 0), argumentAt(node, 1), path, depth)
  }

  private results(call: CallNode, fn: FunctionNode, path: readonly string[], depth: number): void {
    if (this.calls.includes(call)) return
    this.calls.push(call)
    for (const returned of returnedExpressions(this.program.values, fn)) this.go(returned, path, depth)
    this.calls.pop()
  }

  private method(
    node: CallNode,
    callee: MemberNode,
    keys: readonly string[],
    path: readonly string[],
    depth: number,
  ): void {
    const name = memberName(callee) ?? ''
    const [first] = argumentsOf(node)
    if (VALIDATES.has(name) && keys.some((key) => VALIDATORS.has(packageOf(key)))) {
      // valibot and superstruct take the schema first, the others are methods of it.
      const schemaFirst = keys.some((key) => key.startsWith('valibot:') || key.startsWith('superstruct:'))
      this.validated(
        schemaFirst ? first : callee.object,
        schemaFirst ? argumentAt(node, 1) : first,
        path,
        depth,
      )
      return
    }
    // Whatever a library of the outside returns is its own, unless it is a text's or a list's method.
    const known = keys.some(
      (key) => requestInput(key) === undefined && !key.startsWith('global:') && packageOf(key) !== '',
    )
    if (known && !FROM_RECEIVER.has(name)) return
    if (known && this.program.keys(callee.object).every((key) => requestInput(key) === undefined)) return
    if ((name === 'map' || name === 'flatMap' || name === 'reduce') && first) {
      for (const value of this.program.values.evaluate(first)) {
        if (value.kind === 'function')
          for (const returned of returnedExpressions(this.program.values, value.node))
            this.go(returned, path.slice(1), depth)
      }
      return
    }
    if (!FROM_RECEIVER.has(name)) return
    this.go(callee.object, name === 'join' ? ['[]'] : path, depth)
    if (WITH_ARGUMENTS.has(name)) for (const given of argumentsOf(node)) this.go(given, [], depth)
  }

  private validated(
    schema: Node | undefined,
    value: Node | undefined,
    path: readonly string[],
    depth: number,
  ): void {
    const field = path[0] === 'data' || path[0] === 'value' || path[0] === 'output' ? path.slice(1) : path
    if (schema && isNarrowSchema(this.program.values, schema, field)) return
    if (value)
      this.noted(value, 'passes the validation, which leaves its text free', () =>
        this.go(value, field, depth),
      )
  }

  private report(node: Node, what: string): void {
    this.found.push({ node, what, path: [this.program.step(node, what), ...this.trail.toReversed()] })
  }

  private noted(node: Node, note: string, follow: () => void): void {
    this.trail.push(this.program.step(node, note))
    follow()
    this.trail.pop()
  }

  private first(node: Node, path: readonly string[]): boolean {
    this.visits += 1
    if (this.visits > VISITS_MAX) return false
    const key = `${path.join('.')}|${this.calls.length > 0 ? this.calls.at(-1)!.start : ''}`
    const keys = this.seen.get(node)
    if (keys?.has(key)) return false
    if (keys) keys.add(key)
    else this.seen.set(node, new Set([key]))
    return true
  }
}
