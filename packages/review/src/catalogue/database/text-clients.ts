/** Clients that are handed SQL as text: pg, mysql2, and porsager's postgres with its tagged templates. */
import type { Program } from '../../program.js'
import { argumentAt, propertyOf, type CallNode, type Node } from '../../syntax/nodes.js'
import type { Outside } from '../../values/value.js'
import { type Library, type DatabaseCall, fromText } from './call.js'

export function textClient(
  program: Program,
  call: CallNode,
  callee: Outside,
  library: Library,
  pattern: RegExp,
): DatabaseCall | undefined {
  const method = pattern.exec(callee.key)?.[1]
  if (method === undefined) return undefined
  const first = argumentAt(call, 0)
  const object =
    first && first.type !== 'ObjectExpression'
      ? program.values.evaluate(first).find((value) => value.kind === 'object')
      : undefined
  const sql =
    propertyOf(object?.kind === 'object' ? object.node : first, 'text') ?? propertyOf(first, 'sql') ?? first
  return fromText(program, { call, library, method, sql, transaction: callee.transaction, chain: [] })
}

export function postgres(program: Program, call: CallNode, callee: Outside): DatabaseCall | undefined {
  const base = { call, library: 'postgres' as const, transaction: callee.transaction, chain: [] }
  if (callee.key === 'postgres:()' && call.type === 'TaggedTemplateExpression') {
    // A fragment inside another query is not a query of its own.
    if (isInsideTemplate(call)) return undefined
    return fromText(program, { ...base, method: 'sql', sql: call.quasi })
  }
  if (callee.key === 'postgres:().unsafe')
    return fromText(program, { ...base, method: 'unsafe', sql: argumentAt(call, 0) })
  if (callee.key === 'postgres:().begin')
    return { ...base, kind: 'transaction', method: 'begin', hasLimit: true, hasWhere: true }
  return undefined
}

function isInsideTemplate(call: Node): boolean {
  const outer = call.parent
  return (
    outer?.type === 'TemplateLiteral' ||
    (outer?.type === 'ConditionalExpression' && outer.parent?.type === 'TemplateLiteral')
  )
}
