/**
 * Rebuilds a Zod schema from its leaves up, giving a visitor the chance to replace each part. Parts that nothing
 * changes keep their identity; recursion through `z.lazy` and getters is kept.
 */
import * as z from 'zod'

export type ZodNode = z.core.$ZodType

/** Decides a node before its parts are visited; undefined lets the rewrite go on below it. */
export type Visit = (node: ZodNode, descend: (part: ZodNode) => ZodNode) => ZodNode | undefined
/** Decides a node whose parts have been rewritten. */
export type Leave = (node: ZodNode, original: ZodNode) => ZodNode

export const defOf = (node: ZodNode): z.core.$ZodTypes['_zod']['def'] => (node as z.core.$ZodTypes)._zod.def

export function rewrite(root: ZodNode, visit: Visit, leave: Leave): ZodNode {
  const finished = new Map<ZodNode, ZodNode>()
  const running = new Set<ZodNode>()
  const descend = (node: ZodNode): ZodNode => {
    const known = finished.get(node)
    if (known !== undefined) return known
    if (running.has(node)) return z.lazy(() => finished.get(node) as z.ZodType)
    running.add(node)
    const result = visit(node, descend) ?? leave(rebuild(node, descend), node)
    running.delete(node)
    finished.set(node, result)
    return result
  }
  return descend(root)
}

type Part = (node: ZodNode) => ZodNode

/** The node with each part replaced by `part(…)`; the node itself where all parts stay. */
function rebuild(node: ZodNode, part: Part): ZodNode {
  const def = defOf(node)
  switch (def.type) {
    case 'object':
      return rebuildObject(node, def, part)
    case 'array':
      return replaced(node, def, { element: part(def.element) })
    case 'tuple':
      return replaced(node, def, {
        items: list(def.items, part),
        rest: def.rest === null ? null : part(def.rest),
      })
    case 'record':
    case 'map':
      return replaced(node, def, { keyType: part(def.keyType), valueType: part(def.valueType) })
    case 'set':
      return replaced(node, def, { valueType: part(def.valueType) })
    case 'union':
      return replaced(node, def, { options: list(def.options, part) })
    case 'intersection':
      return replaced(node, def, { left: part(def.left), right: part(def.right) })
    case 'pipe':
      return replaced(node, def, { in: part(def.in), out: part(def.out) })
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'nonoptional':
    case 'success':
    case 'catch':
    case 'readonly':
    case 'promise':
      return replaced(node, def, { innerType: part(def.innerType) })
    case 'lazy':
      return z.lazy(() => part(def.getter()) as z.ZodType)
    default:
      return node
  }
}

function rebuildObject(node: ZodNode, def: z.core.$ZodObjectDef, part: Part): ZodNode {
  const shape: Record<string, ZodNode> = {}
  let changed = false
  for (const [name, field] of Object.entries(def.shape)) {
    shape[name] = part(field)
    changed ||= shape[name] !== field
  }
  return changed ? copy(node, { ...def, shape }) : node
}

/** The same array where nothing in it changes. */
function list(parts: readonly ZodNode[], part: Part): readonly ZodNode[] {
  const next = parts.map((each) => part(each))
  return next.every((each, index) => each === parts[index]) ? parts : next
}

function replaced(node: ZodNode, def: object, parts: Readonly<Record<string, unknown>>): ZodNode {
  const same = Object.entries(parts).every(
    ([name, value]) => (def as Record<string, unknown>)[name] === value,
  )
  return same ? node : copy(node, { ...def, ...parts })
}

/** A copy with another definition; its checks (refinements) come along. */
export const copy = (node: ZodNode, def: object): ZodNode => z.clone(node as z.ZodType, def as never)

/** A schema that cannot do what it is declared for; the message completes «The schema holds …». */
export class UnfitSchemaError extends Error {}

const INSTEAD: Readonly<Record<string, string>> = {
  map: 'z.map(), which JSON cannot carry: use z.record() or an array of pairs',
  set: 'z.set(), which JSON cannot carry: use an array',
  symbol: 'z.symbol(), which JSON cannot carry',
  function: 'z.function(), which JSON cannot carry',
  promise: 'z.promise(), which JSON cannot carry',
  file: 'z.file(), which JSON cannot carry',
  nan: 'z.nan(), which JSON cannot carry: use z.null()',
}

/** Throws UnfitSchemaError. */
export function refuseWhatJsonCannotCarry(node: ZodNode): void {
  const reason = INSTEAD[defOf(node).type]
  if (reason !== undefined) throw new UnfitSchemaError(reason)
}
