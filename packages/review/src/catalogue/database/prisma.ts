/** Prisma's client: a model and a method, or raw SQL. */
import type { Program } from '../../program.js'
import { argumentAt, type CallNode } from '../../syntax/nodes.js'
import type { Outside } from '../../values/value.js'
import { type DatabaseKind } from '../sql-text.js'
import { type DatabaseCall, fromText, optionsOf, has } from './call.js'

const PRISMA: Readonly<Record<string, DatabaseKind>> = {
  findMany: 'read-many',
  findFirst: 'read-one',
  findUnique: 'read-one',
  findFirstOrThrow: 'read-one',
  findUniqueOrThrow: 'read-one',
  count: 'count',
  aggregate: 'count',
  groupBy: 'read-many',
  create: 'write',
  createMany: 'write',
  createManyAndReturn: 'write',
  update: 'write',
  updateMany: 'write',
  updateManyAndReturn: 'write',
  upsert: 'write',
  delete: 'write',
  deleteMany: 'write',
}

export function prisma(program: Program, call: CallNode, callee: Outside): DatabaseCall | undefined {
  const match = /^@prisma\/client:PrismaClient\.new\.(?:(\w+)\.(\w+)|(\$\w+))$/.exec(callee.key)
  if (!match) return undefined
  const [, table, method, special] = match
  const base = { call, library: 'prisma' as const, transaction: callee.transaction, chain: [] }
  if (special !== undefined) {
    if (special === '$transaction')
      return { ...base, kind: 'transaction', method: special, hasLimit: true, hasWhere: true }
    if (!/^\$(?:query|execute)Raw(?:Unsafe)?$/.test(special)) return undefined
    return fromText(program, {
      ...base,
      method: special,
      sql: call.type === 'TaggedTemplateExpression' ? call.quasi : argumentAt(call, 0),
    })
  }
  const kind = method === undefined || !Object.hasOwn(PRISMA, method) ? undefined : PRISMA[method]
  if (kind === undefined) return undefined
  const options = optionsOf(program, call, 0)
  return {
    ...base,
    kind,
    method: method!,
    table,
    hasLimit: kind !== 'read-many' || has(options, 'take'),
    hasWhere: has(options, 'where'),
  }
}
