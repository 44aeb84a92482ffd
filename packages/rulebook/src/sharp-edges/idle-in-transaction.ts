/** Idle in transaction. */
import type { SharpEdge } from '../entry.js'

export const idleInTransaction: SharpEdge = {
  kind: 'sharp-edge',
  id: 'idle-in-transaction',
  title: 'Idle in transaction',
  severity: 'high',
  why: 'A session that has begun a transaction and says nothing keeps every lock that it took, keeps vacuum from removing dead rows in the whole database, and occupies a connection. It looks harmless, for it uses no CPU.',
  symptoms: [
    'Sessions idle in transaction for hours',
    'A row cannot be updated and no query is running',
    'Table bloat grows although autovacuum runs',
    'ALTER TABLE waits for a session that does nothing',
    'The pool hands out connections with an open transaction',
    'current transaction is aborted, commands ignored until end of transaction block, on a fresh request',
  ],
  mechanism:
    'A handler returns early or throws after BEGIN without ROLLBACK, and the client goes back to the pool with its transaction open: the next request continues in it. Or the code awaits something else (HTTP, a lock, a user) within. Or somebody typed BEGIN in psql and went for lunch. A process that is suspended or cut off without a FIN leaves its session there until TCP notices, which takes hours.',
  confirm: [
    "`select pid, application_name, client_addr, now() - xact_start as open_for, now() - state_change as silent_for, query from pg_stat_activity where state like 'idle in transaction%' order by xact_start`; `query` is the last statement: which code path it was.",
    'What it holds: `select relation::regclass, mode from pg_locks where pid = …`.',
    'Silent for milliseconds at a time, over and over: an external call. For ever: a leak. `(aborted)`: an error without ROLLBACK.',
  ],
  wayOut: [
    'Stop the bleeding: `select pg_terminate_backend(pid)`; cancel does nothing to an idle session.',
    "`alter role app set idle_in_transaction_session_timeout = '10s'`; for people too, with a longer time; `transaction_timeout` from Postgres 17 on.",
    'BEGIN, COMMIT and ROLLBACK in one function with try, catch and finally, nowhere else.',
    'Nothing that waits for anything but the database between them.',
    'Shorten `tcp_keepalives_idle` and set `client_connection_check_interval`, so that dead clients are noticed.',
    'Keelson’s engine sets lock, statement and idle limits in each of its transactions (2 s, 10 s, 10 s).',
  ],
  numbers: [
    'idle_in_transaction_session_timeout and transaction_timeout are 0, that is off, by default [PostgreSQL manual, 19.11 Client Connection Defaults].',
    'Linux sends the first keepalive after 7,200 s [tcp(7), tcp_keepalive_time].',
  ],
  siblings: ['external-call-in-transaction', 'long-transaction-holding-xmin', 'connection-pool-exhaustion'],
  covers: ['idle in transaction'],
  wrong: {
    language: 'ts',
    stack: 'node-postgres',
    text: `await client.query('begin')
const { rows } = await client.query('select state from orders where id = $1 for update', [id])
// The client goes back to the pool with the row still locked.
if (rows[0]?.state !== 'new') return reply.code(409).send()`,
  },
  right: {
    language: 'ts',
    stack: 'node-postgres',
    text: `return inTransaction(pool, async (client) => {
  const { rows } = await client.query('select state from orders where id = $1 for update', [id])
  if (rows[0]?.state !== 'new') throw new Conflict('not_payable')
  await client.query("update orders set state = 'paying' where id = $1", [id])
})`,
  },
}
