/** Knex: builder chains and raw SQL. */
import type { Program } from '../../program.js'
import { argumentAt, enclosingFunction, wrapped, type CallNode, type Node } from '../../syntax/nodes.js'
import { fateOf } from '../../syntax/surroundings.js'
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
  if (OF_ROWS.has(stepName(call)) || isWithinAnother(program, call)) return undefined
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

/** `knex.raw` is a statement where somebody waits for it; everywhere else it is a part of another one. */
function isRunHere(call: Node): boolean {
  const fate = fateOf(call)
  if (fate === 'returned') return enclosingFunction(call)?.async === true
  return fate === 'awaited' || fate === 'caught' || fate === 'dropped'
}

/** Given to a builder (`whereIn('id', knex('a').select('id'))`), a query is a part of that one's. */
function isWithinAnother(program: Program, call: CallNode): boolean {
  const outer = wrapped(call).parent
  return outer?.type === 'CallExpression' && program.callees(outer).some(({ key }) => key.startsWith('knex:'))
}

function isName(program: Program, step: ChainStep): boolean {
  const given = argumentAt(step.call, 0)
  return given !== undefined && typeof constantOf(program.values, given) === 'string'
}
