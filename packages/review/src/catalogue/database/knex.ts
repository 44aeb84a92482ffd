/** Knex: builder chains and raw SQL. */
import type { Program } from '../../program.js'
import { argumentAt, type CallNode, type Node } from '../../syntax/nodes.js'
import type { Outside } from '../../values/value.js'
import { type DatabaseCall, fromText, chainOf, isContinued, verbs, any, tableText } from './call.js'

const KNEX_WRITES = [
  'insert',
  'update',
  'del',
  'delete',
  'increment',
  'decrement',
  'truncate',
  'upsert',
  'batchInsert',
]

export function knex(program: Program, call: CallNode, callee: Outside): DatabaseCall | undefined {
  const base = { call, library: 'knex' as const, transaction: callee.transaction }
  if (callee.key === 'knex:().transaction')
    return { ...base, chain: [], kind: 'transaction', method: 'transaction', hasLimit: true, hasWhere: true }
  if (callee.key === 'knex:().raw')
    return isContinued(call) || !isRunHere(call)
      ? undefined
      : fromText(program, { ...base, chain: [], method: 'raw', sql: argumentAt(call, 0) })
  if (
    !callee.key.startsWith('knex:()') ||
    isContinued(call) ||
    /^knex:\(\)\.(?:schema|migrate|seed|destroy|ref|client|fn|on|initialize)\b/.test(callee.key)
  )
    return undefined
  const chain = chainOf(call, callee)
  const steps = verbs(chain)
  if (
    callee.key !== 'knex:()' &&
    !any(steps, 'from', 'table', 'into', 'select', ...KNEX_WRITES) &&
    !callee.key.startsWith('knex:()()')
  )
    return undefined
  const source =
    chain.find((step) => step.name === 'from' || step.name === 'into' || step.name === 'table') ?? chain[0]
  const counts = any(steps, 'count', 'sum', 'avg', 'min', 'max', 'countDistinct') && !any(steps, 'groupBy')
  return {
    ...base,
    chain,
    method: chain.at(-1)?.name ?? '',
    table: tableText(program, source),
    kind: any(steps, ...KNEX_WRITES)
      ? 'write'
      : counts
        ? 'count'
        : any(steps, 'first')
          ? 'read-one'
          : 'read-many',
    hasLimit: any(steps, 'limit', 'first', 'paginate'),
    hasWhere: [...steps].some((step) => /^(?:where|andWhere|orWhere|having)/.test(step)),
  }
}

/** `knex.raw` as an argument is a fragment; alone it is a statement. */
function isRunHere(call: Node): boolean {
  const outer = call.parent
  return outer?.type !== 'CallExpression' && outer?.type !== 'Property' && outer?.type !== 'ArrayExpression'
}
