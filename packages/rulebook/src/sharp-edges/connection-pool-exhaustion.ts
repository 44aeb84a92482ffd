/** Connection pool exhaustion. */
import type { SharpEdge } from '../entry.js'

export const connectionPoolExhaustion: SharpEdge = {
  kind: 'sharp-edge',
  id: 'connection-pool-exhaustion',
  title: 'Connection pool exhaustion',
  severity: 'critical',
  why: 'A pool is a queue with few places, and most of what goes wrong elsewhere shows here first: slow queries, leaked clients, calls inside transactions. When it is empty every request waits, also those that need the database for a millisecond, and by default they wait for ever.',
  symptoms: [
    'timeout exceeded when trying to connect',
    'Requests hang and the database is idle',
    'remaining connection slots are reserved, too many clients already',
    'Prisma P2024: Timed out fetching a new connection from the connection pool',
    'It works after a restart, for an hour',
    'Deadlock of the app under load: all requests wait, nothing is locked',
  ],
  mechanism:
    'Connections in use = requests a second × time that each holds one (Little’s law). A client that is not released on an error path is gone for good. A handler that holds one and asks for a second waits for its peers, who all do the same: with as many of them as places, nobody ever goes on. And more is not better: processes × pool size must stay below max_connections, and Postgres works on a few per core at a time.',
  confirm: [
    '`pool.totalCount`, `pool.idleCount`, `pool.waitingCount` as metrics: waiting > 0 with total = max.',
    "`select state, count(*), max(now() - state_change) from pg_stat_activity where application_name = 'api' group by 1`. Mostly `idle`: leaked, or held by code that does something else. `idle in transaction`: calls within. `active`: slow queries. Fewer sessions than max: something in between (pooler).",
    'Nested acquisition: in the stack of a waiting request there is a `connect()` below a function that holds a client.',
    'Too many clients (53300) means that the sum over processes is too large, not that one pool is too small.',
  ],
  wayOut: [
    'Stop the bleeding: restart to free leaked ones; set `connectionTimeoutMillis` so that requests fail rather than hang; shed load.',
    'Release in `finally`, or better a function `inTransaction(pool, work)` that is the only place with `connect`.',
    'Hand the client down: code within a transaction never touches the pool.',
    'Size it: cores × 2 to 4 active connections for the whole database, shared out among the processes; PgBouncer in transaction mode where there are many processes.',
    '`statement_timeout` and `idle_in_transaction_session_timeout`, so that nothing holds one for ever; a separate small pool for background work.',
    'Keelson has one bounded pool (`DATABASE_POOL_MAX`, 12), reads and commands of many requests share its connections, and `db_client_connection_pending_requests` counts who waits.',
  ],
  numbers: [
    'pg: 10 connections a pool, and no limit to waiting (connectionTimeoutMillis 0), by default [node-postgres documentation, pg.Pool].',
    'max_connections is 100 by default, 3 of them reserved for superusers [PostgreSQL manual, 19.3 Connections and Authentication].',
    'Around (cores × 2) + effective spindles active connections give the highest throughput [PostgreSQL wiki, Number Of Database Connections].',
  ],
  siblings: ['external-call-in-transaction', 'idle-in-transaction', 'n-plus-one-queries', 'retry-storm'],
  covers: ['connection pool exhaustion'],
  wrong: {
    language: 'ts',
    stack: 'node-postgres',
    text: `const client = await pool.connect()
await client.query('begin')
const order = await insertOrder(client, input)
// A second connection while the first is held; and when it throws, the first is never released.
const price = await pool.query('select price from items where sku = $1', [input.sku])
await client.query('commit')
client.release()`,
  },
  right: {
    language: 'ts',
    stack: 'node-postgres',
    text: `async function inTransaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    await client.query('begin')
    const result = await work(client)
    await client.query('commit')
    return result
  } catch (error) {
    // A connection that cannot even roll back is thrown away, not given to the next request.
    await client.query('rollback').catch((failure: Error) => (broken = failure))
    throw error
  } finally {
    client.release(broken)
  }
}`,
  },
}
