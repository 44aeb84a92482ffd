/** Mongoose and Sequelize: methods of models. */
import type { Program } from '../../program.js'
import { argumentAt, type CallNode } from '../../syntax/nodes.js'
import type { Outside } from '../../values/value.js'
import { type DatabaseKind } from '../sql-text.js'
import { type DatabaseCall, fromText, optionsOf, has, chainOf, isContinued, verbs, any } from './call.js'

const DOCUMENTS: Readonly<Record<string, DatabaseKind>> = {
  find: 'read-many',
  findOne: 'read-one',
  findById: 'read-one',
  findOneAndUpdate: 'write',
  findByIdAndUpdate: 'write',
  findOneAndDelete: 'write',
  findByIdAndDelete: 'write',
  countDocuments: 'count',
  exists: 'count',
  aggregate: 'read-many',
  distinct: 'read-many',
  create: 'write',
  insertMany: 'write',
  updateOne: 'write',
  updateMany: 'write',
  deleteOne: 'write',
  deleteMany: 'write',
  bulkWrite: 'write',
  findAll: 'read-many',
  findByPk: 'read-one',
  findAndCountAll: 'read-many',
  findOrCreate: 'write',
  count: 'count',
  bulkCreate: 'write',
  update: 'write',
  destroy: 'write',
  upsert: 'write',
}

export function documents(program: Program, call: CallNode, callee: Outside): DatabaseCall | undefined {
  const library = callee.key.startsWith('mongoose') ? 'mongoose' : 'sequelize'
  const raw = /^sequelize(?:-typescript)?:Sequelize\.new\.(query|transaction)$/.exec(callee.key)?.[1]
  const base = { call, library, transaction: callee.transaction } as const
  if (raw === 'query') return fromText(program, { ...base, chain: [], method: raw, sql: argumentAt(call, 0) })
  if (raw === 'transaction')
    return { ...base, chain: [], kind: 'transaction', method: raw, hasLimit: true, hasWhere: true }
  const match =
    /^(?:mongoose:(?:model\(\)|Model\.new|Model)|sequelize(?:-typescript)?:(?:Model|Sequelize\.new\.define\(\)))\.(\w+)((?:\(\)\.\w+)*)$/.exec(
      callee.key,
    )
  const method = match?.[1]
  if (method === undefined || !Object.hasOwn(DOCUMENTS, method) || isContinued(call)) return undefined
  const chain = chainOf(call, callee)
  const steps = verbs(chain)
  const kind = DOCUMENTS[method]!
  const options = optionsOf(program, chain[0]!.call, 0)
  return {
    ...base,
    chain,
    method,
    kind,
    hasLimit: kind !== 'read-many' || any(steps, 'limit') || has(options, 'limit'),
    hasWhere: options !== undefined,
  }
}
