/**
 * What an object of options says under one name, wherever it was put together: literals, spreads, shared constants, factories, defaults of
 * parameters, and what callers hand over. `absent` is said only where some way provably leaves the name out.
 */
import type { Program } from '../program.js'
import { parameterOf } from '../syntax/bindings.js'
import {
  argumentAt,
  argumentsOf,
  isFunction,
  keyName,
  memberName,
  unwrap,
  type CallNode,
  type FunctionNode,
  type Node,
} from '../syntax/nodes.js'
import { initialiser } from './constants.js'

export type Setting =
  | { readonly state: 'set'; readonly values: readonly Node[] }
  /** `via` is the caller that leaves it out, where the object is a parameter. */
  | { readonly state: 'absent'; readonly via?: CallNode }
  | { readonly state: 'unknown' }

const ABSENT: Setting = { state: 'absent' }
const UNKNOWN: Setting = { state: 'unknown' }
const DEPTH_MAX = 12

/** What `options` says under `name`; no options at all leave it out. */
export function settingOf(program: Program, options: Node | undefined, name: string, depth = 0): Setting {
  if (!options) return ABSENT
  if (depth > DEPTH_MAX) return UNKNOWN
  const node = unwrap(options)
  switch (node.type) {
    case 'ObjectExpression':
      return inLiteral(program, node, name, depth)
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
    case 'Literal':
      return ABSENT
    case 'AwaitExpression':
      return settingOf(program, node.argument, name, depth + 1)
    case 'ConditionalExpression':
      return merge([node.consequent, node.alternate].map((part) => settingOf(program, part, name, depth + 1)))
    case 'Identifier':
      return named(program, node, name, depth)
    default:
      return evaluated(program, node, name, depth)
  }
}

function inLiteral(
  program: Program,
  object: Extract<Node, { type: 'ObjectExpression' }>,
  name: string,
  depth: number,
): Setting {
  let hidden = false
  for (const property of object.properties.toReversed()) {
    if (property.type === 'Property') {
      const key = keyName(property.key, property.computed)
      if (key === undefined) hidden = true
      else if (key === name)
        return isUndefined(property.value) ? ABSENT : { state: 'set', values: [property.value] }
      continue
    }
    const spread = settingOf(program, property.argument, name, depth + 1)
    if (spread.state === 'set') return spread
    if (spread.state === 'unknown') hidden = true
  }
  return hidden ? UNKNOWN : ABSENT
}

function isUndefined(node: Node): boolean {
  return node.type === 'Identifier' && node.name === 'undefined'
}

function named(
  program: Program,
  id: Extract<Node, { type: 'Identifier' }>,
  name: string,
  depth: number,
): Setting {
  if (isUndefined(id)) return ABSENT
  const { bindings } = program.moduleOf(id)
  const binding = bindings.of(id)
  if (binding && isFunction(binding.declaration)) {
    const place = parameterOf(binding.id, binding.declaration)
    if (place) return handedOver(program, binding.declaration, place, binding.id, name, depth)
  }
  const later = binding && bindings.references(binding).map((reference) => writtenMember(reference, name))
  const written = later?.find((value) => value !== undefined)
  if (written) return { state: 'set', values: [written] }
  const start = initialiser(program.values, id)
  return start ? settingOf(program, start, name, depth + 1) : evaluated(program, id, name, depth)
}

/** The value of `reference.name = value`. */
function writtenMember(reference: Node, name: string): Node | undefined {
  const member = reference.parent
  if (member?.type !== 'MemberExpression' || member.object !== reference || memberName(member) !== name)
    return undefined
  const write = member.parent
  return write?.type === 'AssignmentExpression' && write.left === member ? write.right : undefined
}

function handedOver(
  program: Program,
  fn: FunctionNode,
  place: { readonly index: number; readonly pattern: Node },
  id: Node,
  name: string,
  depth: number,
): Setting {
  const preset = place.pattern.type === 'AssignmentPattern' ? place.pattern.right : undefined
  const whole = place.pattern.type === 'AssignmentPattern' ? place.pattern.left : place.pattern
  if (whole !== id) return UNKNOWN
  const ways = program.callersOf(fn).map((call): Setting => {
    if (argumentsOf(call).some(({ type }) => type === 'SpreadElement')) return UNKNOWN
    const given = argumentAt(call, place.index)
    const found = settingOf(program, given ?? preset, name, depth + 1)
    return found.state === 'absent' ? { state: 'absent', via: call } : found
  })
  return ways.length === 0 ? UNKNOWN : merge(ways)
}

function evaluated(program: Program, node: Node, name: string, depth: number): Setting {
  const values = program.values.evaluate(node)
  if (values.length === 0) return UNKNOWN
  return merge(
    values.map((value): Setting => {
      if (value.kind === 'object') return inLiteral(program, value.node, name, depth + 1)
      return value.kind === 'constant' || value.kind === 'function' ? ABSENT : UNKNOWN
    }),
  )
}

/** One way that leaves it out is enough; one that nobody knows hides the rest. */
function merge(ways: readonly Setting[]): Setting {
  const absent = ways.find(({ state }) => state === 'absent')
  if (absent) return absent
  if (ways.some(({ state }) => state === 'unknown')) return UNKNOWN
  return { state: 'set', values: ways.flatMap((way) => (way.state === 'set' ? way.values : [])) }
}
