/** TypeORM: repositories, managers, query builders, raw SQL. */
import type { Program } from '../../program.js'
import { argumentAt, type CallNode, type Node } from '../../syntax/nodes.js'
import type { Outside, Value } from '../../values/value.js'
import { type DatabaseKind } from '../sql-text.js'
import { type DatabaseCall, fromText, optionsOf, has, chainOf, stepName, verbs, any } from './call.js'

const TYPEORM: Readonly<Record<string, DatabaseKind>> = {
  find: 'read-many',
  findBy: 'read-many',
  findAndCount: 'read-many',
  findAndCountBy: 'read-many',
  findOne: 'read-one',
  findOneBy: 'read-one',
  findOneOrFail: 'read-one',
  findOneByOrFail: 'read-one',
  count: 'count',
  countBy: 'count',
  exist: 'count',
  exists: 'count',
  existsBy: 'count',
  sum: 'count',
  average: 'count',
  minimum: 'count',
  maximum: 'count',
  save: 'write',
  insert: 'write',
  update: 'write',
  upsert: 'write',
  delete: 'write',
  remove: 'write',
  softDelete: 'write',
  softRemove: 'write',
  restore: 'write',
  recover: 'write',
  increment: 'write',
  decrement: 'write',
  clear: 'write',
  preload: 'read-one',
}

const TYPEORM_RUNS: Readonly<Record<string, DatabaseKind>> = {
  getMany: 'read-many',
  getRawMany: 'read-many',
  getManyAndCount: 'read-many',
  getRawAndEntities: 'read-many',
  getOne: 'read-one',
  getOneOrFail: 'read-one',
  getRawOne: 'read-one',
  getCount: 'count',
  getExists: 'count',
  execute: 'write',
  stream: 'read-many',
}

export function typeorm(program: Program, call: CallNode, callee: Outside): DatabaseCall | undefined {
  const { key } = callee
  const match =
    /^typeorm:(Repository|EntityManager|DataSource|QueryRunner|BaseEntity)(?:\.new)?\.(\w+)$/.exec(key)
  const base = { call, library: 'typeorm' as const, transaction: callee.transaction }
  if (match) {
    const [, owner, method] = match
    if (method === 'transaction')
      return { ...base, chain: [], kind: 'transaction', method, hasLimit: true, hasWhere: true }
    if (method === 'query') return fromText(program, { ...base, chain: [], method, sql: argumentAt(call, 0) })
    const kind = method === undefined || !Object.hasOwn(TYPEORM, method) ? undefined : TYPEORM[method]
    if (kind === undefined || owner === 'DataSource' || owner === 'QueryRunner') return undefined
    const shift = owner === 'EntityManager' ? 1 : 0
    const options = optionsOf(program, call, shift)
    const byCondition = method!.endsWith('By')
    return {
      ...base,
      chain: [],
      method: method!,
      table: entityOf(program, call, callee),
      kind,
      hasLimit: kind !== 'read-many' || (!byCondition && has(options, 'take')),
      hasWhere: byCondition ? options !== undefined : has(options, 'where'),
    }
  }
  if (!/createQueryBuilder\(\)|SelectQueryBuilder\.new/.test(key)) return undefined
  const chain = chainOf(call, callee)
  const method = chain.at(-1)?.name ?? ''
  const kind = Object.hasOwn(TYPEORM_RUNS, method) ? TYPEORM_RUNS[method] : undefined
  if (kind === undefined) return undefined
  const steps = verbs(chain)
  return {
    ...base,
    chain,
    method,
    table: entityOf(program, call, callee),
    kind,
    hasLimit: kind !== 'read-many' || any(steps, 'take', 'limit'),
    hasWhere: any(steps, 'where', 'andWhere', 'whereInIds'),
  }
}

/** The entity's name, of its class: of `getRepository(User)`, `manager.find(User)`, `Repository<User>`. */
function entityOf(program: Program, call: CallNode, callee: Outside): string | undefined {
  for (let value: Outside | undefined = callee; value; value = value.from) {
    const { site } = value
    const type = (site as { typeArguments?: { params: readonly Node[] } | null } | undefined)?.typeArguments
      ?.params[0]
    if (type) return className(program.values.ofType(type)) ?? program.textOf(type)
    if (site?.type === 'CallExpression' && stepName(site).includes('Repository') && site.arguments[0]) {
      return className(program.values.evaluate(site.arguments[0])) ?? program.textOf(site.arguments[0])
    }
  }
  const first = argumentAt(call, 0)
  if (!callee.key.includes('EntityManager') || !first) return undefined
  return className(program.values.evaluate(first)) ?? (first.type === 'Identifier' ? first.name : undefined)
}

function className(values: readonly Value[]): string | undefined {
  for (const value of values) {
    if ((value.kind === 'class' || value.kind === 'instance') && value.node.id) return value.node.id.name
  }
  return undefined
}
