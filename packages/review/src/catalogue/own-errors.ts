/** Functions that keep their errors to themselves: whatever in them waits or throws stands where it is caught. */
import type { Program } from '../program.js'
import { enclosingFunction, isWithin, type FunctionNode, type Node } from '../syntax/nodes.js'

/** Whether the promise that an async function gives can hardly be rejected. */
export function handlesItsErrors(program: Program, fn: FunctionNode): boolean {
  if (!fn.async) return false
  const risky = riskyNodes(program).get(fn) ?? []
  // One that waits for nothing and throws nothing is no proof: what it calls may throw.
  return risky.length > 0 && risky.every((node) => isCaught(node, fn))
}

const known = new WeakMap<Program, ReadonlyMap<FunctionNode, readonly Node[]>>()

/** What waits or throws, by the function that it stands in. */
function riskyNodes(program: Program): ReadonlyMap<FunctionNode, readonly Node[]> {
  let found = known.get(program)
  if (!found) {
    const nodes = new Map<FunctionNode, Node[]>()
    for (const node of program.nodes('AwaitExpression', 'ThrowStatement')) {
      const fn = enclosingFunction(node)
      if (!fn) continue
      const list = nodes.get(fn)
      if (list) list.push(node)
      else nodes.set(fn, [node])
    }
    known.set(program, (found = nodes))
  }
  return found
}

function isCaught(node: Node, fn: FunctionNode): boolean {
  for (let outer = node.parent; outer && outer !== fn; outer = outer.parent)
    if (outer.type === 'TryStatement' && outer.handler && isWithin(node, outer.block)) return true
  return false
}
