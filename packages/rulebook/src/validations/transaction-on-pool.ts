/** Transaction on a pool, or client not released. */
import type { Validation } from '../entry.js'

export const transactionOnPool: Validation = {
  kind: 'validation',
  id: 'transaction-on-pool',
  title: 'Transaction on a pool, or client not released',
  severity: 'critical',
  why: 'A pool hands each query to whichever connection is free. BEGIN goes to one, the UPDATE to another, COMMIT to a third: nothing is atomic, and the first connection goes back to the pool with an open transaction that the next request continues. A client that is not given back on an error path is as bad in the end: ten such errors and the pool is empty.',
  looksFor:
    "`pool.query('begin')` (also `sql` of postgres.js or `db.execute('begin')`), Prisma `$executeRaw` with `BEGIN`; inside a transaction callback a query on the outer handle (`prisma`, `db`, `this.repository`) in place of the one handed in; `pool.connect()` or `createQueryRunner()` without `release` in a `finally`, released twice, or released after a failed ROLLBACK without an error being passed.",
  sparesFor: [
    'Callbacks whose handle is used throughout, or passed by AsyncLocalStorage or a CLS plugin that the project shows.',
    'A single `Client`, one connection by construction.',
    'Reads on the outer handle that are meant to be outside (a sequence, a log), with a remark.',
  ],
  fix: 'One helper `inTransaction(run)` that connects, begins, runs, commits, rolls back on errors and releases in `finally` (with the error, so that a broken connection leaves the pool), and no BEGIN anywhere else.',
  numbers: [
    'Waiting for a client has no limit by default in node-postgres: connectionTimeoutMillis is 0 [node-postgres documentation, Pool].',
  ],
  siblings: [
    'connection-pooling',
    'connection-pool-exhaustion',
    'idle-in-transaction',
    'writes-without-transaction',
    'client-per-request',
  ],
  covers: ['transaction on a pool instead of a client', 'client not released on every path'],
  wrong: {
    language: 'ts',
    stack: 'pg',
    text: `await pool.query('begin')
await pool.query('update accounts set balance = balance - $1 where id = $2', [amount, from])
await pool.query('update accounts set balance = balance + $1 where id = $2', [amount, to])
await pool.query('commit')`,
  },
  right: {
    language: 'ts',
    stack: 'pg',
    text: `export async function inTransaction<T>(run: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let failed = true
  try {
    await client.query('begin')
    const result = await run(client)
    await client.query('commit')
    failed = false
    return result
  } finally {
    // A connection whose transaction did not end well is closed, which rolls back.
    client.release(failed)
  }
}`,
  },
  executedBy: 'by-hand',
}
