/** External call inside a transaction. */
import type { SharpEdge } from '../entry.js'

export const externalCallInTransaction: SharpEdge = {
  kind: 'sharp-edge',
  id: 'external-call-in-transaction',
  title: 'External call inside a transaction',
  severity: 'critical',
  why: 'A transaction that waits for a payment provider, a mail server or another service holds its locks and its connection for as long as that other side likes. When the provider slows down from 200 ms to 20 s, your database becomes unavailable although nothing is wrong with it; and when the transaction rolls back after the call, the card has been charged for an order that does not exist.',
  symptoms: [
    'The payment provider is slow and now every endpoint times out',
    'Many sessions idle in transaction, each holding row locks',
    'Updates of one row hang for exactly as long as the provider takes',
    'Customers were charged but the order is not in the database',
    'timeout exceeded when trying to connect, from the pool, while Postgres is bored',
    'Prisma: Transaction already closed, the timeout for this transaction was 5000 ms',
  ],
  mechanism:
    'BEGIN; a row is locked by UPDATE or SELECT FOR UPDATE; then the code awaits HTTP. Postgres shows the session as `idle in transaction`, for it has nothing to do but wait for the client. The locks last until COMMIT, so everyone who wants these rows queues; each waiter holds a connection too, and with as many waiters as the pool has connections no request gets one. Atomicity is an illusion besides: the call cannot be rolled back, and a crash between call and COMMIT leaves its effect without a trace here.',
  confirm: [
    "`select pid, now() - xact_start as open_for, now() - state_change as silent_for, query from pg_stat_activity where state = 'idle in transaction' order by xact_start`: the last statement is the lock, the silence is the call.",
    'Who waits for whom: `select pid, pg_blocking_pids(pid), query from pg_stat_activity where cardinality(pg_blocking_pids(pid)) > 0`. Blockers that are idle in transaction point here; active blockers point to a slow statement.',
    'A trace in which the HTTP client span lies between `begin` and `commit`.',
    'The duration of lock waits (`log_lock_waits = on`) follows the latency of the provider.',
  ],
  wayOut: [
    "Stop the bleeding: `select pg_terminate_backend(pid) from pg_stat_activity where state = 'idle in transaction' and now() - state_change > interval '30 s'` (first find out what the call has done), and `alter role app set idle_in_transaction_session_timeout = '10s'`.",
    'Give the call a timeout of its own: `fetch(url, { signal: AbortSignal.timeout(5000) })`.',
    'Split it: one short transaction that records the intention (`paying`), the call with an idempotency key and no transaction open, one short transaction that records the outcome.',
    'Let a sweeper find what stands at `paying` for too long and ask the provider by that key what became of it: this is what makes the split safe against crashes.',
    'What need not be answered at once becomes a job, written in the same transaction. In Keelson a command locks nothing until its handler has finished, and `tx.enqueue` commits the job with the rows.',
  ],
  numbers: [
    '`idle_in_transaction_session_timeout` is 0, that is off, by default [PostgreSQL manual, 19.11 Client Connection Defaults].',
    '`fetch` of Node waits 300 s for headers and 300 s between parts of the body unless told otherwise [undici documentation, Client: headersTimeout, bodyTimeout].',
    'An interactive transaction of Prisma lasts 5 s at most by default, and waits 2 s for a connection [Prisma documentation, Transactions: timeout, maxWait].',
  ],
  siblings: [
    'idle-in-transaction',
    'connection-pool-exhaustion',
    'missing-idempotency',
    'dual-write-to-broker',
  ],
  covers: ['external call inside a transaction'],
  wrong: {
    language: 'ts',
    stack: 'Fastify 5 and pg',
    text: `function naive(pool: pg.Pool, charge: Charge) {
  const app = Fastify()
  app.post<{ Params: { id: string } }>('/orders/:id/pay', async ({ params: { id } }) => {
    const client = await pool.connect()
    try {
      await client.query('begin')
      await client.query('select state from orders where id = $1 for update', [id])
      await charge(id)
      await client.query("update orders set state = 'paid' where id = $1", [id])
      await client.query('commit')
    } catch (error) {
      await client.query('rollback')
      throw error
    } finally {
      client.release()
    }
    return { id, state: 'paid' }
  })
  return app
}`,
  },
  right: {
    language: 'ts',
    stack: 'Fastify 5 and pg',
    text: `function mended(pool: pg.Pool, charge: Charge) {
  const app = Fastify()
  app.post<{ Params: { id: string } }>('/orders/:id/pay', async ({ params: { id } }, reply) => {
    const claimed = await pool.query(
      "update orders set state = 'paying' where id = $1 and state = 'new' returning id",
      [id],
    )
    if (claimed.rowCount === 0) return reply.code(409).send({ code: 'not_payable' })
    // The order's id is the provider's idempotency key: a sweeper repeats what a crash leaves at 'paying'.
    await charge(id)
    await pool.query("update orders set state = 'paid' where id = $1 and state = 'paying'", [id])
    return { id, state: 'paid' }
  })
  return app
}`,
  },
  reproduction: 'external-call-in-transaction.test.ts',
}
