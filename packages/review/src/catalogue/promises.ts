/** Which calls of libraries give promises, beside databases and calls to the outside. */
import type { Program } from '../program.js'
import { calleeOf, type CallNode } from '../syntax/nodes.js'
import { keyPattern } from '../values/value.js'
import { databaseCall } from './database/calls.js'
import { outsideCall } from './outside-calls.js'

const PROMISES = [
  'fs/promises:*',
  'fs:promises.*',
  'fs-extra:outputFile',
  'timers/promises:*',
  'stream/promises:*',
  'dns/promises:*',
  'bcrypt:hash',
  'bcrypt:compare',
  'bcryptjs:hash',
  'bcryptjs:compare',
  'argon2:hash',
  'argon2:verify',
  'jose:*',
  'global:Promise.all',
  'global:Promise.allSettled',
  'global:Promise.any',
  'global:Promise.race',
  'pg:Pool.new.connect',
  'pg:Pool.new.end',
  'pg:Client.new.connect',
  'pg:Client.new.end',
  'postgres:().end',
  'postgres:().listen',
  '@prisma/client:PrismaClient.new.$connect',
  '@prisma/client:PrismaClient.new.$disconnect',
  'typeorm:DataSource.new.initialize',
  'typeorm:DataSource.new.destroy',
  'typeorm:QueryRunner.new.*',
  'knex:().destroy',
  'knex:().schema.*',
  'knex:().migrate.*',
  'ioredis:Redis.new.*',
  'redis:createClient().*',
  'mongoose:connect',
  'mongoose:disconnect',
  'fastify:().listen',
  'fastify:().close',
  '@nestjs/core:NestFactory.create',
].map(keyPattern)

/** Of the above, what gives none. */
const NOT =
  /\.(?:on|once|off|emit|multi|pipeline|duplicate|connection|manager|release|disconnect|setMaxListeners)$/

/** Clients whose call is lazy or takes callbacks: without `await` or `then` nothing is awaited because nothing runs. */
const CALLBACK_LAST = /^(?:pg:|mysql2:|mysql:|bcrypt|http:|https:|nodemailer:|redis:createClient)/

/** Why the call gives a promise ("saveUser is async", "a write with prisma"); undefined where it gives none, or nobody knows. */
export function promiseOf(program: Program, call: CallNode): string | undefined {
  if (call.type === 'NewExpression')
    return program.keys(call.callee).includes('global:Promise') ? 'a new promise' : undefined
  const targets = program.targets(call)
  if (targets.length > 0) {
    const isAsync =
      targets.every((fn) => fn.async && !fn.generator) ||
      targets.every((fn) => returnsPromise(fn.returnType?.typeAnnotation))
    return isAsync ? `${program.shortOf(calleeOf(call))} is async` : undefined
  }
  const last = 'arguments' in call ? call.arguments.at(-1) : undefined
  const keys = program.keys(calleeOf(call))
  if (
    last &&
    (last.type === 'ArrowFunctionExpression' || last.type === 'FunctionExpression') &&
    keys.some((key) => CALLBACK_LAST.test(key))
  )
    return undefined
  const database = databaseCall(program, call)
  if (database) return `${program.shortOf(calleeOf(call))} asks the database`
  const outside = outsideCall(program, call)
  if (
    outside &&
    !outside.key.startsWith('http:') &&
    !outside.key.startsWith('https:') &&
    !/^(?:amqplib|superagent|request):/.test(outside.key)
  )
    return `${program.shortOf(calleeOf(call))} is ${outside.what}`
  return keys.some((key) => !NOT.test(key) && PROMISES.some((pattern) => pattern.test(key)))
    ? `${program.shortOf(calleeOf(call))} gives a promise`
    : undefined
}

function returnsPromise(type: unknown): boolean {
  const named = type as { type?: string; typeName?: { type?: string; name?: string } } | undefined
  return named?.type === 'TSTypeReference' && named.typeName?.name === 'Promise'
}
