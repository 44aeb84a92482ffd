/** One name for what libraries let people reach in several ways: classes and their factories, types and what they are types of, clients of transactions. */

/** Key as it is found in code → the key that the other tables use. Applied at every step, so that a chain is renamed as it grows. */
const NAMES: readonly (readonly [string, readonly string[]])[] = [
  [
    'express:()',
    [
      'express:Router()',
      'express:Router.new',
      'express:Express.new',
      'express:Application.new',
      'express:IRouter.new',
      'express:().route()',
      'express-promise-router:()',
    ],
  ],
  ['express:Request', ['express:Request.new', 'express-serve-static-core:Request.new']],
  ['express:Response', ['express:Response.new', 'express-serve-static-core:Response.new']],
  [
    'fastify:()',
    [
      'fastify:fastify()',
      'fastify:FastifyInstance.new',
      'fastify:Request.server',
      'fastify:().withTypeProvider()',
      'fastify:().route()',
      'fastify:().after()',
    ],
  ],
  ['fastify:Request', ['fastify:FastifyRequest.new']],
  ['fastify:Reply', ['fastify:FastifyReply.new']],
  [
    'hono:Hono.new',
    [
      'hono/tiny:Hono.new',
      'hono/quick:Hono.new',
      '@hono/zod-openapi:OpenAPIHono.new',
      'hono:Hono.new.basePath()',
      'hono:Hono.new.route()',
      'hono:Hono.new.use()',
    ],
  ],
  ['hono:Context', ['hono:Context.new']],
  ['koa:Context', ['koa:Context.new', 'koa:ParameterizedContext.new']],
  [
    '@koa/router:Router.new',
    ['@koa/router:new', 'koa-router:new', 'koa-router:Router.new', '@koa/router:()', 'koa-router:()'],
  ],
  ['http:IncomingMessage', ['http:IncomingMessage.new']],
  ['pg:Pool.new', ['pg-pool:new']],
  [
    'pg:Client.new',
    ['pg:Pool.new.connect()', 'pg:PoolClient.new', 'pg:ClientBase.new', 'pg:native.Client.new'],
  ],
  [
    'postgres:()',
    [
      'postgres:Sql.new',
      'postgres:postgres.Sql.new',
      'postgres:postgres()',
      'postgres:TransactionSql.new',
      'postgres:ReservedSql.new',
      'postgres:().reserve()',
    ],
  ],
  [
    '@prisma/client:PrismaClient.new',
    ['@prisma/client:PrismaClient.new.$extends()', '@prisma/client:Prisma.TransactionClient.new'],
  ],
  [
    'knex:()',
    [
      'knex:knex()',
      'knex:Knex.new',
      'knex:Knex.Knex.new',
      'knex:Knex.Transaction.new',
      'knex:().withSchema()',
    ],
  ],
  [
    'drizzle:db',
    [
      'drizzle-orm/node-postgres:NodePgDatabase.new',
      'drizzle-orm/postgres-js:PostgresJsDatabase.new',
      'drizzle-orm/pg-core:PgDatabase.new',
      'drizzle-orm/pg-core:PgTransaction.new',
      'drizzle-orm/mysql2:MySql2Database.new',
      'drizzle-orm/better-sqlite3:BetterSQLite3Database.new',
      'drizzle-orm/libsql:LibSQLDatabase.new',
      'drizzle-orm/neon-http:NeonHttpDatabase.new',
      'drizzle-orm/neon-serverless:NeonDatabase.new',
      'drizzle-orm/pglite:PgliteDatabase.new',
      ...[
        'node-postgres',
        'postgres-js',
        'mysql2',
        'better-sqlite3',
        'libsql',
        'neon-http',
        'neon-serverless',
        'pglite',
        'vercel-postgres',
        'd1',
        'bun-sql',
      ].map((driver) => `drizzle-orm/${driver}:drizzle()`),
    ],
  ],
  [
    'typeorm:DataSource.new',
    [
      'typeorm:Connection.new',
      'typeorm:createConnection()',
      'typeorm:getConnection()',
      'typeorm:QueryRunner.new.connection',
      'typeorm:EntityManager.new.connection',
    ],
  ],
  [
    'typeorm:EntityManager.new',
    [
      'typeorm:DataSource.new.manager',
      'typeorm:DataSource.new.createEntityManager()',
      'typeorm:getManager()',
      'typeorm:QueryRunner.new.manager',
      'typeorm:Repository.new.manager',
    ],
  ],
  [
    'typeorm:QueryRunner.new',
    [
      'typeorm:DataSource.new.createQueryRunner()',
      'typeorm:EntityManager.new.queryRunner',
      'typeorm:Repository.new.queryRunner',
    ],
  ],
  [
    'typeorm:Repository.new',
    [
      'typeorm:DataSource.new.getRepository()',
      'typeorm:EntityManager.new.getRepository()',
      'typeorm:EntityManager.new.withRepository()',
      'typeorm:getRepository()',
      'typeorm:TreeRepository.new',
      'typeorm:Repository.new.extend()',
      'typeorm:DataSource.new.getTreeRepository()',
    ],
  ],
  ['kysely:Kysely.new', ['kysely:Transaction.new']],
  ['ioredis:Redis.new', ['ioredis:new', 'ioredis:Cluster.new']],
]

const CANONICAL = new Map(NAMES.flatMap(([name, others]) => others.map((other) => [other, name] as const)))

/** Methods of builders that give the builder itself back. */
const FLUENT: readonly (readonly [RegExp, string])[] = [
  [
    /^express:\(\)\.(?:use|get|post|put|patch|delete|all|options|head|set|param|enable|disable)\(\)$/,
    'express:()',
  ],
  [
    /^fastify:\(\)\.(?:register|get|post|put|patch|delete|all|addHook|decorate|decorateRequest|decorateReply)\(\)$/,
    'fastify:()',
  ],
  [/^hono:Hono\.new\.(?:get|post|put|patch|delete|all|on|openapi)\(\)$/, 'hono:Hono.new'],
  // A client generated into the repository, wherever it was put.
  [/^[.@~#].*(?:prisma|generated)[^:]*:PrismaClient$/, '@prisma/client:PrismaClient'],
  [/^[.@~#].*(?:prisma|generated)[^:]*:Prisma$/, '@prisma/client:Prisma'],
  [/^[.@~#].*(?:prisma|generated)[^:]*:PrismaClient\.new$/, '@prisma/client:PrismaClient.new'],
  [/^(?:@fastify\/(?:websocket|multipart)):(Fastify(?:Instance|Request|Reply))\.new$/, 'fastify:()'],
]

/** The key under which the catalogue knows the thing. */
export function canonical(key: string): string {
  const known = CANONICAL.get(key)
  if (known !== undefined) return known
  if (key.endsWith('()') || key.includes('risma')) {
    for (const [pattern, name] of FLUENT) if (pattern.test(key)) return name
  }
  return key
}
