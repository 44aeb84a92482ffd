/** Drizzle: builder chains and relational queries. */
import type { Program } from '../../program.js'
import { argumentAt, type CallNode } from '../../syntax/nodes.js'
import type { Outside } from '../../values/value.js'
import { buildingOf } from './builders.js'
import {
  isInRows,
  type ChainStep,
  type DatabaseCall,
  fromText,
  optionsOf,
  has,
  chainOf,
  isContinued,
  verbs,
  any,
  tableText,
  OF_ROWS,
  stepName,
} from './call.js'

export function drizzle(program: Program, call: CallNode, callee: Outside): DatabaseCall | undefined {
  const relational = /^drizzle:db\.query\.(\w+)\.(findMany|findFirst)$/.exec(callee.key)
  const base = { call, library: 'drizzle' as const, transaction: callee.transaction }
  if (relational) {
    const [, table, method] = relational
    const options = optionsOf(program, call, 0)
    return {
      ...base,
      chain: [],
      method: method!,
      table,
      kind: method === 'findMany' ? 'read-many' : 'read-one',
      hasLimit: method === 'findFirst' || has(options, 'limit'),
      hasWhere: has(options, 'where'),
    }
  }
  if (callee.key === 'drizzle:db.transaction')
    return { ...base, chain: [], kind: 'transaction', method: 'transaction', hasLimit: true, hasWhere: true }
  if (callee.key === 'drizzle:db.execute')
    return fromText(program, { ...base, chain: [], method: 'execute', sql: argumentAt(call, 0) })
  if (
    !/^drizzle:db\.(?:with\(\)\.)?(?:select|selectDistinct|selectDistinctOn|insert|update|delete|\$count)\b/.test(
      callee.key,
    ) ||
    isContinued(call) ||
    isInRows(callee.key)
  )
    return undefined
  if (OF_ROWS.has(stepName(call))) return undefined
  const building = buildingOf(program, call, 'drizzle:db')
  if (!building) return undefined
  const chain = chainOf(call, callee)
  const steps = verbs(chain, building.steps)
  const reads = any(steps, 'select', 'selectDistinct', 'selectDistinctOn')
  const source = chain.find(
    (step) =>
      step.name === 'from' || step.name === 'insert' || step.name === 'update' || step.name === 'delete',
  )
  return {
    ...base,
    chain,
    method: chain[0]?.name ?? '',
    table: tableText(program, source),
    kind:
      any(steps, '$count') || (reads && isDrizzleCount(program, chain))
        ? 'count'
        : reads
          ? 'read-many'
          : 'write',
    hasLimit: building.handedOn || any(steps, 'limit'),
    hasWhere: any(steps, 'where'),
  }
}

function isDrizzleCount(program: Program, chain: readonly ChainStep[]): boolean {
  const selected = chain.find((step) => step.name === 'select')?.call
  const fields = selected && argumentAt(selected, 0)
  if (fields?.type !== 'ObjectExpression' || fields.properties.length !== 1) return false
  return /\b(?:count|sum|avg|min|max)\b\s*[(`]/.test(program.textOf(fields))
}
