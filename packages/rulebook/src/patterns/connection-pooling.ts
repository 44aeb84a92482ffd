import type { Pattern } from '../entry.js'

export const connectionPooling: Pattern = {
  kind: 'pattern',
  id: 'connection-pooling',
  title: 'Connection pooling',
  why: 'A Postgres connection is a process: opening one costs milliseconds and TLS round trips, and hundreds of busy ones make all of them slower, since cores and locks are shared. A pool is therefore also a throttle. Too small, and requests wait for each other; too large, summed over all instances, and a deployment that doubles them takes the database down.',
  when: 'Always, one pool for each process and database. Add a pooler (PgBouncer and its like) when the sum over all processes exceeds what the server should hold: many instances, serverless, blue-green deployments.',
  steps: [
    'Start from the server: active connections ≈ 2 × cores, plus some for waits. Divide by the most instances there ever are, the deployment’s overlap included.',
    'Check by Little’s law: connections in use = requests a second × seconds that each holds one.',
    'Set a timeout for acquiring (1 to 2 s) and answer 503 beyond; an endless queue only hides the overload.',
    'Set `statement_timeout`, `idle_in_transaction_session_timeout` and keep-alive on the role or the connection.',
    'Hold a connection for statements alone: no HTTP, no file, no user in between; release in `finally`.',
    'Handle `error` of idle clients; without a listener one reset connection ends the process.',
    'Give long work (reports, exports) a small pool of its own. Watch in use, idle, waiting, time to acquire.',
  ],
  withKeelson: {
    language: 'ts',
    stack:
      'Keelson owns its pool (`DATABASE_POOL_MAX`); groups share one connection, so that a few carry many requests',
    text: `import { createServer, readConfig, type App } from 'keelson'

/**
 * Four processes, and one more while a deployment overlaps: 5 × 12 = 60 connections, of 100 that the server takes.
 * DATABASE_URL may name a pooler in transaction mode; DATABASE_DIRECT_URL then names the server itself, for wake-ups.
 */
export async function start(application: App) {
  const config = readConfig({ DATABASE_POOL_MAX: '12', ...process.env })
  const server = await createServer(application, { config })
  await server.listen()
  // db_client_connection_pending_requests in /metrics is what to watch.
  return server
}`,
  },
  byHand: {
    language: 'ts',
    stack: 'pg',
    text: `import { Pool, type PoolClient } from 'pg'
import type { Logger } from 'pino'

export function createPool(connectionString: string, log: Logger): Pool {
  const pool = new Pool({
    connectionString,
    max: 12,
    connectionTimeoutMillis: 2_000,
    idleTimeoutMillis: 30_000,
    maxLifetimeSeconds: 1_800,
    keepAlive: true,
    statement_timeout: 5_000,
    idle_in_transaction_session_timeout: 10_000,
  })
  // An idle client whose server went away; without a listener this ends the process.
  pool.on('error', (error) => log.warn({ err: error }, 'an idle connection broke'))
  return pool
}

/** The only way to a transaction: the client is released on every path, and thrown away where it is broken. */
export async function inTransaction<T>(pool: Pool, run: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    await client.query('begin')
    const result = await run(client)
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch((failed: Error) => (broken = failed))
    throw error
  } finally {
    client.release(broken)
  }
}`,
  },
  mistakes: [
    'Asking for a second connection while holding one: with all of them held by such requests, nobody can go on.',
    "`pool.query('begin')`: the next statement may go to another connection.",
    'A new pool or Prisma client for each request, or for each hot reload.',
    'SET, LISTEN, session advisory locks and server-side prepared statements through transaction pooling.',
  ],
  numbers: [
    'Throughput tends to peak near (cores × 2) + effective spindles active connections [PostgreSQL wiki, Number Of Database Connections]',
    'max_connections is 100 by default, three of them reserved for superusers [Postgres manual, 19.3]',
    'PgBouncer: default_pool_size 20, protocol-level prepared statements in transaction mode since 1.21 [PgBouncer documentation, config and changelog]',
    'pg: max 10, and connectionTimeoutMillis 0, which waits without end [node-postgres documentation, pg.Pool]',
  ],
  siblings: ['bulkhead', 'load-shedding', 'bounded-queues', 'read-replicas', 'connection-pool-exhaustion'],
  covers: ['connection pooling'],
}
