/**
 * Brings a database to where the application needs it. Each migration is a transaction that first takes one lock for
 * all processes and then looks into the book again, so that several may start at once. What was applied may not be
 * edited afterwards: the book holds a checksum.
 */
import { hash } from 'node:crypto'
import { KeelsonError } from '../errors.js'
import type { Connection } from '../postgres/connection.js'
import type { Connections } from '../postgres/connections.js'
import { sqlStateOf } from '../postgres/sqlstate.js'
import type { Migration } from './own.js'
import { splitStatements, type SqlStatement } from './split.js'

/** The advisory lock of all migrations: the bytes of `keelson`. */
const LOCK = '30229308793646958'

const BOOK = `
create schema if not exists keelson;
create table if not exists keelson.migrations (
  name text primary key,
  checksum text not null,
  applied_at timestamptz not null default now()
)`

/**
 * Applies what the book lacks, in the order given; returns the names of what was applied. A statement that fails
 * undoes its migration and ends the run: `migration_failed` names the file, the line and the reason.
 */
export async function migrate(connections: Connections, migrations: readonly Migration[]): Promise<string[]> {
  if (await upToDate(connections, migrations)) return []
  await locked(connections, (connection) => connection.script(BOOK))
  const applied: string[] = []
  for (const migration of migrations) {
    await locked(connections, async (connection) => {
      if (await isApplied(connection, migration)) return
      for (const statement of splitStatements(migration.sql)) await run(connection, migration, statement)
      await connection.client.query('insert into keelson.migrations (name, checksum) values ($1, $2)', [
        migration.name,
        checksum(migration),
      ])
      applied.push(migration.name)
    })
  }
  return applied
}

/** Whether the database has been brought to where these migrations bring it. */
export async function isMigrated(connections: Connections, names: readonly string[]): Promise<boolean> {
  try {
    const { rows } = await connections.query<{ applied: number }>(
      'select count(*)::int as applied from keelson.migrations where name = any ($1)',
      [names],
    )
    return rows[0]!.applied === names.length
  } catch (error) {
    // 42P01: no such table.
    if (sqlStateOf(error) === '42P01') return false
    throw error
  }
}

/** Most starts have nothing to do; then no lock is taken and no right to create is needed. */
async function upToDate(connections: Connections, migrations: readonly Migration[]): Promise<boolean> {
  const { rows } = await connections.query<{ book: string | null }>(
    "select to_regclass('keelson.migrations')::text as book",
  )
  if (rows[0]?.book == null) return false
  return connections.use(async (connection) => {
    // keelson-ignore query-in-loop -- A dozen files of our own, once at a start.
    for (const migration of migrations) if (!(await isApplied(connection, migration))) return false
    return true
  })
}

function locked(connections: Connections, work: (connection: Connection) => Promise<void>): Promise<void> {
  return connections.transaction(async (connection) => {
    // However long an index takes to build, or another process to migrate.
    await connection.script('set local statement_timeout = 0')
    await connection.script(`select pg_advisory_xact_lock(${LOCK})`)
    // For a user called keelson the default path would begin with our schema, and the application's tables end there.
    await connection.script('set local search_path to public')
    await work(connection)
  })
}

async function isApplied(connection: Connection, migration: Migration): Promise<boolean> {
  const { rows } = await connection.client.query<{ checksum: string }>(
    'select checksum from keelson.migrations where name = $1',
    [migration.name],
  )
  const row = rows[0]
  if (row === undefined) return false
  if (row.checksum === checksum(migration)) return true
  throw new KeelsonError('migration_failed', {
    message: `The migration ${migration.name} was changed after it had been applied: restore it, and write the change as a new file.`,
    details: { migration: migration.name },
  })
}

async function run(
  connection: Connection,
  migration: Migration,
  { sql, start }: SqlStatement,
): Promise<void> {
  try {
    await connection.client.query(sql)
  } catch (error) {
    const { position, message } = error as { position?: string; message?: string }
    const offset = start + (position === undefined ? 0 : Number(position) - 1)
    const { line, column } = placeOf(migration.sql, offset)
    throw new KeelsonError('migration_failed', {
      message: `The migration ${migration.name} fails at line ${line}, column ${column}: ${message ?? String(error)}`,
      details: { migration: migration.name, line, column, sqlState: sqlStateOf(error) },
      cause: error,
    })
  }
}

/** Line endings of other systems are not a change. */
const checksum = ({ sql }: Migration): string => hash('sha256', sql.replaceAll('\r\n', '\n'), 'hex')

function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split('\n')
  return { line: before.length, column: before.at(-1)!.length + 1 }
}
