/**
 * Calls of databases: for each client, which call reads, writes, counts, runs text or a transaction, on which table, with which bounds.
 * Builders (Knex, Drizzle, Kysely, TypeORM's) are one call: the last of the chain, of which the others are steps.
 */
import type { Program } from '../../program.js'
import { type CallNode } from '../../syntax/nodes.js'
import type { Outside } from '../../values/value.js'
import { type DatabaseCall } from './call.js'
import { textClient, postgres } from './text-clients.js'
import { prisma } from './prisma.js'
import { drizzle } from './drizzle.js'
import { knex } from './knex.js'
import { typeorm } from './typeorm.js'
import { kysely } from './kysely.js'
import { documents } from './documents.js'
import { withWrappers } from './wrappers.js'

/** What the call does to a database, or undefined. A link inside a builder's chain is undefined: ask for the last one. */
export function databaseCall(program: Program, call: CallNode): DatabaseCall | undefined {
  for (const callee of program.callees(call)) {
    const found = read(program, call, callee)
    if (found) return found
  }
  return undefined
}

/** Every call of a database in the program. */
export function databaseCalls(program: Program): readonly DatabaseCall[] {
  let found = known.get(program)
  if (!found) {
    const direct = program.calls().flatMap((call) => databaseCall(program, call) ?? [])
    found = withWrappers(program, direct)
    known.set(program, found)
  }
  return found
}

const known = new WeakMap<Program, readonly DatabaseCall[]>()

function read(program: Program, call: CallNode, callee: Outside): DatabaseCall | undefined {
  const { key } = callee
  const at = key.indexOf(':')
  switch (key.slice(0, at)) {
    case 'pg':
      return textClient(program, call, callee, 'pg', /^pg:(?:Pool|Client)\.new\.(query)$/)
    case 'mysql2':
    case 'mysql2/promise':
    case 'mysql':
      return textClient(
        program,
        call,
        callee,
        'mysql2',
        /^mysql2?(?:\/promise)?:create(?:Pool|Connection)\(\)(?:\.promise\(\)|\.getConnection\(\))?\.(query|execute)$/,
      )
    case 'postgres':
      return postgres(program, call, callee)
    case '@prisma/client':
      return prisma(program, call, callee)
    case 'drizzle':
      return drizzle(program, call, callee)
    case 'knex':
      return knex(program, call, callee)
    case 'typeorm':
      return typeorm(program, call, callee)
    case 'kysely':
      return kysely(program, call, callee)
    case 'mongoose':
    case 'sequelize':
    case 'sequelize-typescript':
      return documents(program, call, callee)
    default:
      return undefined
  }
}
