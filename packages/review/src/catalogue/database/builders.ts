/**
 * Builders that lie in a name: `const query = knex('users'); if (q) query.where(…); await query.limit(10)`. Tells which call of them is the
 * one that runs, and which steps it has got by then.
 */
import type { Program } from '../../program.js'
import {
  calleeOf,
  memberName,
  unwrap,
  wrapped,
  type CallNode,
  type Identifier,
  type Node,
} from '../../syntax/nodes.js'
import { fateOf } from '../../syntax/surroundings.js'

export interface Building {
  /** Methods called on the name elsewhere. */
  readonly steps: ReadonlySet<string>
  /** Whether it is handed to other code, which may bound it. */
  readonly handedOn: boolean
}

const NOTHING: Building = { steps: new Set(), handedOn: false }

/** What else is done to the builder of this call; undefined where the call only prepares what another one runs. */
export function buildingOf(program: Program, call: CallNode, client: string): Building | undefined {
  const base = baseOf(call)
  const named =
    base?.type === 'Identifier' && program.keys(base).every((key) => key !== client) ? base : undefined
  const outer = wrapped(call).parent
  const declared = declaredBy(call)
  if (named && (declared || outer?.type === 'AssignmentExpression' || fateOf(call) === 'dropped'))
    return undefined
  if (named) return buildingAt(program, named).building
  if (!declared) return NOTHING
  const { building, isRun } = buildingAt(program, declared)
  return isRun ? undefined : building
}

/** What the chain begins with. */
function baseOf(call: CallNode): Node | undefined {
  let node: Node = call
  for (;;) {
    node = unwrap(node)
    if (node.type === 'CallExpression' || node.type === 'TaggedTemplateExpression') node = calleeOf(node)
    else if (node.type === 'MemberExpression' && unwrap(node.object).type === 'CallExpression')
      node = node.object
    else if (node.type === 'MemberExpression') return unwrap(node.object)
    else return node
  }
}

function declaredBy(call: CallNode): Identifier | undefined {
  const node = wrapped(call)
  const outer = node.parent
  return outer?.type === 'VariableDeclarator' && outer.init === node && outer.id.type === 'Identifier'
    ? outer.id
    : undefined
}

function buildingAt(program: Program, name: Identifier): { building: Building; isRun: boolean } {
  const { bindings } = program.moduleOf(name)
  const binding = bindings.of(name)
  const steps = new Set<string>()
  let handedOn = false
  let isRun = false
  for (const reference of binding ? bindings.references(binding) : []) {
    let node: Node = wrapped(reference)
    let count = 0
    while (
      node.parent?.type === 'MemberExpression' &&
      node.parent.object === node &&
      node.parent.parent?.type === 'CallExpression'
    ) {
      const step = memberName(node.parent)
      if (step !== undefined) steps.add(step)
      node = wrapped(node.parent.parent)
      count += 1
    }
    const outer = node.parent
    if (
      count > 0 &&
      outer &&
      ['AwaitExpression', 'ReturnStatement', 'ArrayExpression', 'ArrowFunctionExpression'].includes(
        outer.type,
      )
    )
      isRun = true
    if (outer?.type === 'CallExpression' || outer?.type === 'Property') handedOn = true
  }
  return { building: { steps, handedOn }, isRun }
}
