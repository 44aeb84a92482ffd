import type { Pattern } from '../entry.js'

export const readReplicas: Pattern = {
  kind: 'pattern',
  id: 'read-replicas',
  title: 'Read replicas with read-your-writes',
  why: 'Replicas multiply reads and move reports away from the primary. They are also behind, by milliseconds or, during a vacuum or a long query, by minutes: the customer saves the address and sees the old one, saves again, and calls. Read-your-writes keeps the one promise that people notice: what I did, I see. It needs a position in the log, not a hope about delays.',
  when: 'When reads have outgrown one machine after indexes and caching, or for reports and exports that must not disturb. Not for reads on which a write decides, and not for high availability by itself: a replica that carries load is not free to take over.',
  steps: [
    'Name the reads that may be old, and by how much; everything else stays on the primary by default.',
    'After a commit take `pg_current_wal_insert_lsn()` and keep it with the caller: session, signed cookie, or a header for services.',
    'Before a read compare: replica’s `pg_last_wal_replay_lsn()` at or past it, else wait for some milliseconds, else go to the primary.',
    'Take a replica that lags beyond the bound out of the pool; if all lag, prefer the primary with a limit, so that it is not overrun.',
    'Keep a person on one replica, or time goes backwards from one click to the next.',
    'Expect cancelled queries (40001, conflict with recovery) and repeat them.',
    'Watch lag in bytes and in seconds, and what falls back to the primary.',
  ],
  withKeelson: {
    language: 'ts',
    stack:
      'Keelson as it is: all operations use the primary, so each sees what is committed; replicas are for what runs beside it, as this report',
    text: `import { route, scope } from 'keelson'
import pg from 'pg'

/** Read-only role, a replica, a small pool: the report may be a minute old and may not disturb anybody. */
const replica = new pg.Pool({
  connectionString: process.env.REPLICA_URL ?? 'postgres://reports@localhost:5433/shop',
  max: 2,
  connectionTimeoutMillis: 2_000,
  statement_timeout: 60_000,
})

const LAG = \`select case when pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() then 0
  else coalesce(extract(epoch from now() - pg_last_xact_replay_timestamp()), 0) end::float8 as seconds\`

export const salesReport = route('reports.sales', {
  http: { get: '/reports/sales' },
  allow: scope('reports:read'),
  async run({ reply, log }) {
    const lag = await replica.query<{ seconds: number }>(LAG)
    const seconds = Math.round(lag.rows[0]?.seconds ?? 0)
    if (seconds > 300) {
      log.warn({ seconds }, 'the replica is too far behind')
      return reply.code(503).header('Retry-After', '60').send()
    }
    // How old it is belongs to the answer.
    reply.header('Age', seconds)
    return (await replica.query('select day, sum(total) as total from orders group by day order by day')).rows
  },
})`,
  },
  byHand: {
    language: 'ts',
    stack: 'pg',
    text: `import { setTimeout as pause } from 'node:timers/promises'
import type { Pool, PoolClient } from 'pg'

/** How far the log had come when the caller last wrote: kept in the session, given to each read. */
export type Position = string

export async function write(primary: Pool, run: (client: PoolClient) => Promise<void>): Promise<Position> {
  const client = await primary.connect()
  try {
    await client.query('begin')
    await run(client)
    await client.query('commit')
    const { rows } = await client.query<{ lsn: string }>('select pg_current_wal_insert_lsn()::text as lsn')
    return rows[0]!.lsn
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
}

const REACHED = 'select coalesce(pg_last_wal_replay_lsn() >= $1::pg_lsn, false) as reached'

/** The replica once it has come as far as \`seen\`; the primary if it has not within 50 ms, or is away. */
export async function poolFor(seen: Position | undefined, primary: Pool, replica: Pool): Promise<Pool> {
  if (seen === undefined) return replica
  try {
    for (let tries = 0; tries < 5; tries++) {
      const { rows } = await replica.query<{ reached: boolean }>(REACHED, [seen])
      // Of one replica: behind a balancer the answer and the read may come from two.
      if (rows[0]?.reached === true) return replica
      await pause(10)
    }
  } catch {
    // The primary answers for it; the replica's own alarm says that it is away.
  }
  return primary
}`,
  },
  mistakes: [
    '“GET goes to the replica”: the redirect after a POST is a GET.',
    'Sleeping for 100 ms after writes; the lag is minutes on the day on which it matters.',
    'Check-then-act with the check on a replica.',
    'hot_standby_feedback on, and a report of six hours that keeps the primary from vacuuming.',
  ],
  numbers: [
    'A query that is in the way of replay is cancelled after 30 s by default [Postgres manual, 19.6.3, max_standby_streaming_delay]',
    'synchronous_commit = remote_apply makes a commit wait until the standby shows it; each write then costs a round trip and the replay [Postgres manual, 26.2.8]',
  ],
  siblings: [
    'caching',
    'cqrs',
    'connection-pooling',
    'multi-region-failover',
    'long-transaction-holding-xmin',
  ],
  covers: ['read replicas with read-your-writes'],
}
