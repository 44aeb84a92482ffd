/** The literals that an expression may be, followed backwards over names, files, members, fallbacks, helpers and their arguments. */
import type { Program } from '../../program.js'
import { parameterOf } from '../../syntax/bindings.js'
import {
  argumentAt,
  argumentsOf,
  calleeOf,
  enclosingClass,
  enclosingFunction,
  isFunction,
  keyName,
  memberName,
  unwrap,
  type CallNode,
  type FunctionNode,
  type Node,
} from '../../syntax/nodes.js'
import { initialiser } from '../../values/constants.js'
import { settingOf } from '../../values/options.js'
import { textOfLiteral } from './text.js'

const DEPTH_MAX = 14

/** Calls that change the form of a secret, not what it is. */
const FORMS =
  /^(?:global:(?:Buffer\.from|String|TextEncoder\.new\.encode|atob|btoa)|buffer:Buffer\.from|util:TextEncoder\.new\.encode|crypto:create(?:SecretKey|PrivateKey))$/
/** Reads of configuration, whose second argument is the value where there is none. */
const READS = /^@nestjs\/config:ConfigService\.new\.get$/

/** All literals that reach the expression. */
export function literalsOf(program: Program, node: Node): readonly Node[] {
  const found: Node[] = []
  new Walk(program, found).from(node, 0)
  return found
}

class Walk {
  private readonly program: Program
  private readonly found: Node[]
  private readonly seen = new Set<Node>()
  private readonly calls: { fn: FunctionNode; call: CallNode }[] = []

  constructor(program: Program, found: Node[]) {
    this.program = program
    this.found = found
  }

  from(expression: Node, depth: number): void {
    const node = unwrap(expression)
    if (depth > DEPTH_MAX || this.seen.has(node)) return
    this.seen.add(node)
    if (textOfLiteral(node) !== undefined) {
      this.found.push(node)
      return
    }
    switch (node.type) {
      case 'Identifier':
        this.name(node, depth + 1)
        return
      case 'MemberExpression':
        this.member(node, depth + 1)
        return
      case 'LogicalExpression':
        this.from(node.left, depth + 1)
        this.from(node.right, depth + 1)
        return
      case 'ConditionalExpression':
        // A value for development alone is not what production runs with.
        if (/NODE_ENV|isProd|isDev|production/i.test(this.program.textOf(node.test))) return
        this.from(node.consequent, depth + 1)
        this.from(node.alternate, depth + 1)
        return
      case 'AwaitExpression':
        this.from(node.argument, depth + 1)
        return
      case 'ArrayExpression':
        for (const element of node.elements) if (element) this.from(element, depth + 1)
        return
      case 'CallExpression':
        this.call(node, depth + 1)
        return
      default:
    }
  }

  private name(id: Extract<Node, { type: 'Identifier' }>, depth: number): void {
    const start = initialiser(this.program.values, id)
    if (start) {
      this.from(start, depth)
      return
    }
    const binding = this.program.moduleOf(id).bindings.of(id)
    if (!binding) return
    if (isFunction(binding.declaration)) {
      this.parameter(binding.declaration, binding.id, depth)
      return
    }
    const pattern = binding.id.parent
    if (pattern?.type === 'AssignmentPattern' && pattern.left === binding.id) this.from(pattern.right, depth)
    const { declaration } = binding
    if (declaration.type !== 'VariableDeclarator' || !declaration.init) return
    if (declaration.id.type === 'ObjectPattern') {
      const property = pattern?.type === 'AssignmentPattern' ? pattern.parent : pattern
      const name = property?.type === 'Property' ? keyName(property.key, property.computed) : undefined
      if (name !== undefined) this.setting(declaration.init, name, depth)
    } else if (declaration.id === binding.id) this.from(declaration.init, depth)
  }

  private parameter(fn: FunctionNode, id: Node, depth: number): void {
    const place = parameterOf(id, fn)
    if (!place) return
    const { pattern, index } = place
    const preset = pattern.type === 'AssignmentPattern' ? pattern.right : undefined
    const whole = pattern.type === 'AssignmentPattern' ? pattern.left : pattern
    if (whole !== id) return
    const inside = this.calls.findLast((entry) => entry.fn === fn)
    const callers = inside ? [inside.call] : this.program.callersOf(fn)
    for (const call of callers) {
      const given = argumentAt(call, index) ?? preset
      if (given) this.from(given, depth)
    }
    if (callers.length === 0 && preset) this.from(preset, depth)
  }

  private member(node: Extract<Node, { type: 'MemberExpression' }>, depth: number): void {
    const name = memberName(node)
    if (name === undefined) return
    if (node.object.type === 'ThisExpression') this.own(node, name, depth)
    else this.setting(node.object, name, depth)
  }

  private setting(object: Node, name: string, depth: number): void {
    const said = settingOf(this.program, object, name)
    if (said.state === 'set') for (const value of said.values) this.from(value, depth)
  }

  /** `this.name`: what the class starts it with, or sets it to. */
  private own(access: Node, name: string, depth: number): void {
    const owner = enclosingClass(access)
    if (!owner) return
    for (const element of owner.body.body) {
      if (
        element.type === 'PropertyDefinition' &&
        element.value &&
        keyName(element.key, element.computed) === name
      )
        this.from(element.value, depth)
    }
    for (const other of this.program.values.membersNamed(name)) {
      const write = other.parent
      if (other.object.type !== 'ThisExpression' || enclosingClass(other) !== owner) continue
      if (write?.type === 'AssignmentExpression' && write.left === other) this.from(write.right, depth)
    }
  }

  private call(call: CallNode, depth: number): void {
    const keys = this.program.callees(call).map(({ key }) => key)
    const first = argumentAt(call, 0)
    if (keys.some((key) => FORMS.test(key)) || isNewEncoder(call)) {
      if (first) this.from(first, depth)
      return
    }
    const second = argumentAt(call, 1)
    if (keys.some((key) => READS.test(key)) && second) this.from(second, depth)
    for (const fn of this.program.targets(call)) this.results(fn, call, depth)
  }

  /** What a helper of this code gives back, its parameters being what this call hands over. */
  private results(fn: FunctionNode, call: CallNode, depth: number): void {
    this.calls.push({ fn, call })
    if (fn.type === 'ArrowFunctionExpression' && fn.body.type !== 'BlockStatement') this.from(fn.body, depth)
    else
      for (const statement of this.program.moduleOf(fn).tree.byType.get('ReturnStatement') ?? []) {
        if (statement.type === 'ReturnStatement' && statement.argument && enclosingFunction(statement) === fn)
          this.from(statement.argument, depth)
      }
    this.calls.pop()
  }
}

function isNewEncoder(call: CallNode): boolean {
  const callee = unwrap(calleeOf(call))
  return (
    callee.type === 'MemberExpression' &&
    memberName(callee) === 'encode' &&
    unwrap(callee.object).type === 'NewExpression' &&
    argumentsOf(call).length === 1
  )
}
