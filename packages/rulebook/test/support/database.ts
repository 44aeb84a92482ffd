/** A database of its own for a reproduction, on the server that `npm test` provides, and what is observed of it. */
import { randomBytes } from 'node:crypto'
import type { TestContext } from 'node:test'
import pg from 'pg'

export interface Database {
  readonly url: string
  /** The observer's session: no service uses it. */
  readonly observer: pg.Client
  /** A pool of the service's own; ended with the test file. */
  pool(options?: pg.PoolConfig): pg.Pool
  /** A further session; ended with the test file. */
  session(): Promise<pg.Client>
}

function serverUrl(): string {
  const url = process.env.KEELSON_TEST_DATABASE_URL
  if (url === undefined) throw new Error('KEELSON_TEST_DATABASE_URL is not set: run the tests by `npm test`.')
  return url
}

/** Creates the database, runs `script` in it, and drops it after the test `t`. */
export async function createDatabase(t: TestContext, script: string): Promise<Database> {
  const name = `rulebook_test_${randomBytes(6).toString('hex')}`
  const server = new pg.Client({ connectionString: serverUrl() })
  await server.connect()
  await server.query(`create database ${name}`)
  const url = new URL(serverUrl())
  url.pathname = `/${name}`
  const pools: pg.Pool[] = []
  const sessions: pg.Client[] = []
  const session = async () => {
    const client = new pg.Client({ connectionString: url.href })
    sessions.push(client)
    // The database is dropped by force; a session that is cut by that has nothing to report.
    client.on('error', () => undefined)
    await client.connect()
    return client
  }
  const observer = await session()
  await observer.query(script)
  t.after(async () => {
    await server.query(`drop database ${name} with (force)`)
    await server.end()
    for (const client of sessions) await client.end()
    for (const pool of pools) void pool.end()
  })
  return {
    url: url.href,
    observer,
    session,
    pool(options = {}) {
      const pool = new pg.Pool({ connectionString: url.href, ...options })
      pool.on('error', () => undefined)
      pools.push(pool)
      return pool
    },
  }
}

/** Holds what `statement` locks, in a session of its own, until it is let go. */
export async function holdLock(database: Database, statement: string): Promise<() => Promise<unknown>> {
  const holder = await database.session()
  await holder.query('begin')
  await holder.query(statement)
  return () => holder.query('commit')
}

/** The texts of all statements that this pool's connections send from now on. */
export function recordStatements(pool: pg.Pool): string[] {
  const statements: string[] = []
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...values: unknown[]) => unknown
    const recorded = (...values: unknown[]) => {
      const [statement] = values as [string | { text: string }]
      statements.push(typeof statement === 'string' ? statement : statement.text)
      return query(...values)
    }
    client.query = recorded as typeof client.query
  })
  return statements
}

/** How many sessions of this database wait for a lock now. */
export async function countLockWaiters(observer: pg.Client): Promise<number> {
  const { rows } = await observer.query<{ waiting: number }>(
    `select count(*)::int as waiting from pg_stat_activity
     where datname = current_database() and wait_event_type = 'Lock'`,
  )
  return rows[0]?.waiting ?? 0
}

/** How many sessions of this database have begun a transaction and say nothing. */
export async function countIdleInTransaction(observer: pg.Client): Promise<number> {
  const { rows } = await observer.query<{ idle: number }>(
    `select count(*)::int as idle from pg_stat_activity
     where datname = current_database() and state = 'idle in transaction' and pid <> pg_backend_pid()`,
  )
  return rows[0]?.idle ?? 0
}

/** The single value of a statement of one row and one column. */
export async function valueOf<T>(observer: pg.Client, statement: string): Promise<T> {
  const { rows } = await observer.query<[T]>({ text: statement, rowMode: 'array' })
  const [row] = rows
  if (row === undefined) throw new Error(`No row: ${statement}`)
  return row[0]
}
