/** Puts the bodies of one-line helpers in the place of their calls: `const byId = (id) => pool.query(TEXT, [id])`. The helpers stay where they are. */
import type { Module } from '../../src/modules/module.js'
import { isWithin, wrapped, type Identifier, type Node } from '../../src/syntax/nodes.js'
import { edited, type TextEdit } from './edited.js'

export function inlined(module: Module): string {
  const edits: TextEdit[] = []
  for (const declarator of (module.tree.byType.get('VariableDeclarator') ?? []) as Extract<
    Node,
    { type: 'VariableDeclarator' }
  >[]) {
    const { id, init } = declarator
    if (id.type !== 'Identifier' || init?.type !== 'ArrowFunctionExpression' || !init.expression) continue
    const binding = module.bindings.of(id)
    if (
      !binding ||
      init.body.type === 'ObjectExpression' ||
      !init.params.every(({ type }) => type === 'Identifier')
    )
      continue
    for (const reference of module.bindings.references(binding)) {
      const call = wrapped(reference).parent
      if (call?.type !== 'CallExpression' || call.callee !== reference || isWithin(call, init)) continue
      if (call.arguments.length !== init.params.length || !call.arguments.every(isPlain)) continue
      const text = bodyFor(module, init, call)
      if (text !== undefined) edits.push({ start: call.start, end: call.end, text })
    }
  }
  return edited(module.text, edits)
}

/** Evaluated any number of times, it is the same and changes nothing. */
const isPlain = (node: Node): boolean =>
  node.type === 'Identifier' ||
  node.type === 'Literal' ||
  (node.type === 'MemberExpression' && !node.computed && isPlain(node.object))

/** The body with the arguments in it; undefined where a name would mean something else at the call. */
function bodyFor(
  module: Module,
  arrow: Extract<Node, { type: 'ArrowFunctionExpression' }>,
  call: Extract<Node, { type: 'CallExpression' }>,
): string | undefined {
  const edits: TextEdit[] = []
  for (const id of [...module.tree.identifiers.values()].flat()) {
    if (!isWithin(id, arrow.body)) continue
    const binding = module.bindings.of(id)
    const at = arrow.params.findIndex((parameter) => parameter === binding?.id)
    if (at >= 0) {
      if (isShorthand(id)) return undefined
      const given = call.arguments[at]!
      edits.push({
        start: id.start - arrow.body.start,
        end: id.end - arrow.body.start,
        text: module.text.slice(given.start, given.end),
      })
    } else if (
      !isWithin(binding?.id ?? arrow.body, arrow.body) &&
      module.bindings.lookup(id.name, call) !== binding
    )
      return undefined
  }
  return `(${edited(module.text.slice(arrow.body.start, arrow.body.end), edits)})`
}

/** `{ id }` is a key as well as a name. */
const isShorthand = (id: Identifier): boolean => id.parent?.type === 'Property' && id.parent.shorthand
