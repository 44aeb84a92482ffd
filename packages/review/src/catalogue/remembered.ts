/**
 * Work that is done once and remembered: `config ??= read()`, `if (!page) page = read()`, a map that is asked before it is filled, memoize.
 * Whatever it costs, a request pays for it at most once.
 */
import type { Program } from '../program.js'
import {
  calleeOf,
  enclosingFunction,
  isFunction,
  isWithin,
  memberName,
  unwrap,
  type FunctionNode,
  type Node,
} from '../syntax/nodes.js'

const MEMOIZE =
  /^(?:lodash(?:-es)?:(?:memoize|once)|lodash[./](?:memoize|once):|underscore:(?:memoize|once)|ramda:(?:once|memoizeWith)|memoizee:|memoize:|memoize-one:|mem:|p-memoize:|p-once:|moize:|fast-memoize:|once:|onetime:)$/

/** Whether the function given is remembered by what it is handed to: `memoize(() => …)`. */
export function isMemoized(program: Program, fn: FunctionNode): boolean {
  const call = fn.parent
  return (
    call?.type === 'CallExpression' &&
    program.callees(call).some(({ key }) => MEMOIZE.test(key)) &&
    call.callee !== fn
  )
}

/** Whether the value of the node is kept outside of the function around it, which looks there first. */
export function isRemembered(program: Program, node: Node): boolean {
  const fn = enclosingFunction(node)
  if (!fn) return false
  let inner: Node = node
  for (let outer = node.parent; outer && outer !== fn; inner = outer, outer = outer.parent) {
    if (outer.type !== 'AssignmentExpression' || outer.right !== inner) continue
    if (
      (outer.operator === '??=' || outer.operator === '||=') &&
      placeOf(program, outer.left, fn) !== undefined
    )
      return true
  }
  return keptPlaces(program, fn, node).some((place) => isAskedBefore(program, fn, node, place))
}

/** Places outside of the function (`page`, `this.pages`) into which the node's value, or a name that holds it, is put. */
function keptPlaces(program: Program, fn: FunctionNode, node: Node): readonly string[] {
  const name = nameHolding(node, fn)
  const places: string[] = []
  const holds = (part: Node): boolean =>
    isWithin(node, part) || (name !== undefined && mentions(program, part, name))
  for (const assignment of within(program, fn, 'AssignmentExpression')) {
    if (assignment.type !== 'AssignmentExpression' || !holds(assignment.right)) continue
    const place = placeOf(program, assignment.left, fn)
    if (place !== undefined) places.push(place)
  }
  for (const call of program.callsWithin(fn)) {
    const callee = unwrap(calleeOf(call))
    if (callee.type !== 'MemberExpression' || memberName(callee) !== 'set') continue
    if (!('arguments' in call) || !call.arguments.some(holds)) continue
    const place = placeOf(program, callee.object, fn)
    if (place !== undefined) places.push(place)
  }
  return places
}

/** `page` of `const page = await read(path)`. */
function nameHolding(node: Node, fn: FunctionNode): string | undefined {
  for (let outer = node.parent; outer && outer !== fn; outer = outer.parent) {
    if (outer.type === 'VariableDeclarator') return outer.id.type === 'Identifier' ? outer.id.name : undefined
    if (outer.type === 'AssignmentExpression')
      return outer.left.type === 'Identifier' ? outer.left.name : undefined
    if (isFunction(outer)) return undefined
  }
  return undefined
}

/** How a place that outlives the function is written; undefined for what is local to it. */
function placeOf(program: Program, node: Node, fn: FunctionNode): string | undefined {
  let place = unwrap(node)
  if (place.type === 'MemberExpression' && place.computed) place = unwrap(place.object)
  let root: Node = place
  while (root.type === 'MemberExpression') root = unwrap(root.object)
  if (root.type === 'ThisExpression') return program.textOf(place)
  if (root.type !== 'Identifier') return undefined
  const binding = program.moduleOf(node).bindings.of(root)
  return binding && !isWithin(binding.id, fn) ? program.textOf(place) : undefined
}

function isAskedBefore(program: Program, fn: FunctionNode, node: Node, place: string): boolean {
  const reads = place.includes('.')
    ? within(program, fn, 'MemberExpression')
    : (program.moduleOf(fn).tree.identifiers.get(place) ?? []).filter((read) => isWithin(read, fn))
  return reads.some((read) => {
    if (read.start >= node.start || program.textOf(read) !== place) return false
    const outer = read.parent
    return !(outer?.type === 'AssignmentExpression' && outer.left === read)
  })
}

function mentions(program: Program, part: Node, name: string): boolean {
  return (program.moduleOf(part).tree.identifiers.get(name) ?? []).some(
    (node) => node.start >= part.start && node.end <= part.end,
  )
}

function within(program: Program, fn: FunctionNode, type: Node['type']): readonly Node[] {
  const all = program.moduleOf(fn).tree.byType.get(type) ?? []
  return all.filter((node) => node.start >= fn.start && node.end <= fn.end)
}
