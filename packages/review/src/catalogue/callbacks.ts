/** What libraries pass to the callbacks that they are given. */
import type { Outside } from '../values/value.js'
import { keyPattern } from '../values/value.js'
import { argumentsOf, type CallNode } from '../syntax/nodes.js'

interface Callback {
  /** Pattern of the key that is called. */
  readonly callee: string
  /** Which argument the callback is; `any` for handlers that may stand anywhere behind the path. */
  readonly argument: number | 'last' | 'any'
  /** Name of the property, where the callback lies in an object. */
  readonly property?: string
  /** Keys of the callback's parameters, in order. `self` is the value that the method was called on. */
  readonly parameters: readonly string[]
  readonly transaction?: true
}

const HTTP = '(?:get|post|put|patch|delete|all|options|head|use|param)'
const EXPRESS = ['express:Request', 'express:Response', 'express:next']

const CALLBACKS: readonly Callback[] = [
  { callee: 'fastify:().register', argument: 0, parameters: ['fastify:()'] },
  { callee: 'fastify:().after', argument: 0, parameters: [] },
  { callee: 'fastify:().addHook', argument: 1, parameters: ['fastify:Request', 'fastify:Reply'] },
  {
    callee: 'fastify:().setErrorHandler',
    argument: 0,
    parameters: ['global:Error.new', 'fastify:Request', 'fastify:Reply'],
  },
  {
    callee: 'fastify:().setNotFoundHandler',
    argument: 'last',
    parameters: ['fastify:Request', 'fastify:Reply'],
  },
  { callee: 'fastify-plugin:', argument: 0, parameters: ['fastify:()'] },
  ...[
    'handler',
    'preHandler',
    'onRequest',
    'preValidation',
    'preSerialization',
    'onSend',
    'onResponse',
    'preParsing',
  ].map((property): Callback => ({
    callee: 'fastify:().*',
    argument: 'any',
    property,
    parameters: ['fastify:Request', 'fastify:Reply'],
  })),
  {
    callee: 'http:createServer',
    argument: 'last',
    parameters: ['http:IncomingMessage', 'http:ServerResponse'],
  },
  {
    callee: 'https:createServer',
    argument: 'last',
    parameters: ['http:IncomingMessage', 'http:ServerResponse'],
  },
  { callee: 'koa:new.use', argument: 0, parameters: ['koa:Context', 'koa:next'] },
  {
    callee: '@prisma/client:PrismaClient.new.$transaction',
    argument: 0,
    parameters: ['self'],
    transaction: true,
  },
  { callee: 'knex:().transaction', argument: 0, parameters: ['self'], transaction: true },
  { callee: 'drizzle:db.transaction', argument: 0, parameters: ['self'], transaction: true },
  {
    callee: 'typeorm:DataSource.new.transaction',
    argument: 'last',
    parameters: ['typeorm:EntityManager.new'],
    transaction: true,
  },
  {
    callee: 'typeorm:EntityManager.new.transaction',
    argument: 'last',
    parameters: ['typeorm:EntityManager.new'],
    transaction: true,
  },
  { callee: 'postgres:().begin', argument: 'last', parameters: ['self'], transaction: true },
  { callee: 'postgres:().savepoint', argument: 'last', parameters: ['self'], transaction: true },
  {
    callee: 'kysely:Kysely.new.transaction().execute',
    argument: 0,
    parameters: ['kysely:Kysely.new'],
    transaction: true,
  },
  {
    callee: 'kysely:Kysely.new.transaction().setIsolationLevel().execute',
    argument: 0,
    parameters: ['kysely:Kysely.new'],
    transaction: true,
  },
  {
    callee: 'sequelize:Sequelize.new.transaction',
    argument: 'last',
    parameters: ['sequelize:Transaction.new'],
    transaction: true,
  },
]

const EXACT = new Map<string, Callback[]>()
const LOOSE: Callback[] = []
for (const callback of CALLBACKS) {
  if (callback.callee.includes('*')) LOOSE.push(callback)
  else EXACT.set(callback.callee, [...(EXACT.get(callback.callee) ?? []), callback])
}

const EXPRESS_ROUTE = new RegExp(`^express:\\(\\)\\.${HTTP}$`)
const FASTIFY_ROUTE = new RegExp(`^fastify:\\(\\)\\.${HTTP}$`)
const HONO_ROUTE = new RegExp(`^hono:Hono\\.new\\.(?:${HTTP}|on|openapi|notFound|onError)$`)
const KOA_ROUTE = new RegExp(`^@koa/router:Router\\.new\\.${HTTP}$`)

/** Key of parameter `parameter` of the callback at `argument`/`path` of a call of `callee`; undefined where nothing is known. */
export function callbackParameter(
  callee: Outside,
  argument: number,
  path: readonly string[],
  parameter: number,
  call: CallNode,
): { key: string; transaction: boolean } | undefined {
  const handler = path.length === 0 ? handlerParameters(callee.key, argument, call) : undefined
  if (handler) return found(handler[parameter], callee)
  const property = path.at(-1)
  const candidates =
    EXACT.get(callee.key) ?? LOOSE.filter((callback) => keyPattern(callback.callee).test(callee.key))
  for (const callback of candidates) {
    if (callback.property !== property) continue
    const place = callback.argument === 'last' ? argumentsOf(call).length - 1 : callback.argument
    if (place !== 'any' && place !== argument) continue
    return found(callback.parameters[parameter], callee, callback.transaction)
  }
  return undefined
}

function handlerParameters(key: string, argument: number, call: CallNode): readonly string[] | undefined {
  if (EXPRESS_ROUTE.test(key)) {
    if (key.endsWith('.param')) return EXPRESS
    // An error handler is told by its four parameters.
    const handler = argumentsOf(call)[argument]
    const four =
      handler && 'params' in handler && Array.isArray(handler.params) && handler.params.length === 4
    return four ? ['global:Error.new', ...EXPRESS] : EXPRESS
  }
  if (FASTIFY_ROUTE.test(key) && argument >= 1) return ['fastify:Request', 'fastify:Reply']
  if (HONO_ROUTE.test(key))
    return key.endsWith('.onError') ? ['global:Error.new', 'hono:Context'] : ['hono:Context', 'hono:next']
  if (KOA_ROUTE.test(key)) return ['koa:Context', 'koa:next']
  return undefined
}

function found(
  key: string | undefined,
  callee: Outside,
  transaction = false,
): { key: string; transaction: boolean } | undefined {
  if (key === undefined) return undefined
  if (key !== 'self') return { key, transaction }
  return callee.from ? { key: callee.from.key, transaction } : undefined
}
