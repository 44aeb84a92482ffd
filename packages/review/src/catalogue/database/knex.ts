/** Knex: builder chains and raw SQL. */
import type { Program } from '../../program.js'
import { argumentAt, type CallNode, type Node } from '../../syntax/nodes.js'
import { constantOf } from '../../values/constants.js'
import type { Outside } from '../../values/value.js'
import { buildingOf } from './builders.js'
import {
  type ChainStep,
  isInRows,
  type DatabaseCall,
  fromText,
  chainOf,
  isContinued,
  verbs,
  any,
  tableText,
  OF_ROWS,
  stepName,
} from './call.js'

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
    isInRows(callee.key) ||
    /^knex:\(\)\.(?:schema|migrate|seed|destroy|ref|client|fn|on|initialize)\b/.test(callee.key)
  )
    return undefined
  if (OF_ROWS.has(stepName(call))) return undefined
  const building = buildingOf(program, call, 'knex:()')
  if (!building) return undefined
  const chain = chainOf(call, callee)
  const steps = verbs(chain, building.steps)
  if (
    callee.key !== 'knex:()' &&
    !any(steps, 'from', 'table', 'into', 'select', ...KNEX_WRITES) &&
    !callee.key.startsWith('knex:()()')
  )
    return undefined
  // What makes the client is a link of the chain too, where that is written in this code: its argument is no text.
  const source =
    chain.find((step) => step.name === 'from' || step.name === 'into' || step.name === 'table') ??
    chain.find((step) => isName(program, step))
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
    hasLimit: building.handedOn || any(steps, 'limit', 'first', 'paginate'),
    hasWhere: [...steps].some((step) => /^(?:where|andWhere|orWhere|having)/.test(step)),
  }
}

/** `knex.raw` as an argument is a fragment; alone it is a statement. */
function isRunHere(call: Node): boolean {
  const outer = call.parent
  return outer?.type !== 'CallExpression' && outer?.type !== 'Property' && outer?.type !== 'ArrayExpression'
}

function isName(program: Program, step: ChainStep): boolean {
  const given = argumentAt(step.call, 0)
  return given !== undefined && typeof constantOf(program.values, given) === 'string'
}
