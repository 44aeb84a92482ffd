/** What a migration is, whichever tool runs it: pieces of SQL in order, and how they meet a transaction. */

/** SQL that is sent to the server as one text. */
export interface Piece {
  readonly sql: string
  /** Offset in the file of an offset in `sql`. */
  readonly at: (offset: number) => number
  /** Whether `sql` stands in the file as it is, so that it can be edited. */
  readonly isVerbatim: boolean
}

export interface Migration {
  /** Relative to the root of the review. */
  readonly file: string
  readonly text: string
  readonly pieces: readonly Piece[]
  /**
   * `wrapped`: the tool opens a transaction around the whole. `batch`: each piece is sent at once, which makes a
   * transaction of those with several statements. `each`: every statement is its own. `unknown`: nobody can tell.
   */
  readonly transaction: 'wrapped' | 'batch' | 'each' | 'unknown'
}

/** Migrations that are applied to one database, in the order in which they are applied. */
export interface History {
  readonly tool: Tool
  readonly folder: string
  readonly migrations: readonly Migration[]
}

export type Tool =
  | 'Prisma'
  | 'Drizzle'
  | 'Flyway'
  | 'golang-migrate'
  | 'dbmate'
  | 'goose'
  | 'Sqitch'
  | 'node-pg-migrate'
  | 'Knex'
  | 'TypeORM'
  | 'MikroORM'
  | 'Sequelize'
  | 'Kysely'
  | 'Supabase'
  | 'Keelson'
  | 'SQL files'

/** How the tool is told to leave a migration without a transaction. */
export const WITHOUT_TRANSACTION: Readonly<Record<Tool, string>> = {
  Prisma:
    'Put it alone into a migration of its own: Prisma sends a file as one batch, which is a transaction once it holds two statements',
  Drizzle:
    'Drizzle applies its migrations in one transaction: run this statement by a script of its own, before the deploy',
  Flyway:
    'Put it into a versioned file that holds only such statements, or set executeInTransaction=false in its .conf file',
  'golang-migrate':
    'Put it alone into a migration of its own: a file is sent as one batch, which is a transaction once it holds two statements',
  dbmate: 'Put it alone into a migration that begins with `-- migrate:up transaction:false`',
  goose: 'Put it into a migration that begins with `-- +goose NO TRANSACTION`',
  Sqitch: 'Put it into a change whose script has no BEGIN and COMMIT',
  'node-pg-migrate': 'Put it into a migration that calls pgm.noTransaction()',
  Knex: 'Put it into a migration with `export const config = { transaction: false }`',
  TypeORM:
    'Put it into a migration with `transaction = false`, and run with migrationsTransactionMode `each`',
  MikroORM: 'Put it into a migration whose isTransactional() returns false',
  Sequelize: 'Run it without passing a transaction, in a call of its own',
  Kysely:
    'Kysely applies migrations in one transaction: set disableTransactions, or run this statement by a script of its own',
  Supabase: 'Put it alone into a migration of its own: a file is sent as one pipeline',
  Keelson:
    'Keelson applies each file in a transaction: run this statement by a script of its own, before the deploy',
  'SQL files': 'Run it outside a transaction, alone in its file',
}
