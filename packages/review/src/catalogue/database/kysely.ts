/** Kysely: builder chains that run at `execute`. */
import type { Program } from '../../program.js'
import { type CallNode } from '../../syntax/nodes.js'
import type { Outside } from '../../values/value.js'
import { type DatabaseCall, chainOf, verbs, any, tableText } from './call.js'

export function kysely(program: Program, call: CallNode, callee: Outside): DatabaseCall | undefined {
  const match = /^kysely:Kysely\.new\..*\.(execute|executeTakeFirst|executeTakeFirstOrThrow|stream)$/.exec(
    callee.key,
  )
  if (!match) return undefined
  const chain = chainOf(call, callee)
  const steps = verbs(chain)
  const base = { call, library: 'kysely' as const, transaction: callee.transaction, chain, method: match[1]! }
  if (any(steps, 'transaction')) return { ...base, kind: 'transaction', hasLimit: true, hasWhere: true }
  if (!any(steps, 'selectFrom', 'insertInto', 'updateTable', 'deleteFrom', 'replaceInto')) return undefined
  const one = match[1] !== 'execute' && match[1] !== 'stream'
  const source = chain.find((step) =>
    /^(?:selectFrom|insertInto|updateTable|deleteFrom|replaceInto)$/.test(step.name),
  )
  return {
    ...base,
    table: tableText(program, source),
    kind: any(steps, 'selectFrom') ? (one ? 'read-one' : 'read-many') : 'write',
    hasLimit: one || any(steps, 'limit', 'top', 'fetch'),
    hasWhere: any(steps, 'where', 'whereRef'),
  }
}
