/** Long transaction holding the xmin horizon. */
import type { SharpEdge } from '../entry.js'

export const longTransactionHoldingXmin: SharpEdge = {
  kind: 'sharp-edge',
  id: 'long-transaction-holding-xmin',
  title: 'Long transaction holding the xmin horizon',
  severity: 'high',
  why: 'Postgres keeps each dead version of a row as long as any transaction might see it. One that is open for hours, even a SELECT in another database of interest to nobody, stops the clean-up everywhere: tables and indexes bloat, queues crawl, and in the end the counter of transactions runs out.',
  symptoms: [
    'Autovacuum runs all the time and removes nothing',
    'dead row versions cannot be removed yet, oldest xmin',
    'The job queue table got slow after some hours and recovers after a restart',
    'Table is 50 GB with 100,000 rows',
    'database is not accepting commands to avoid wraparound data loss',
    'Index-only scans read the heap',
  ],
  mechanism:
    'Each snapshot has an xmin; vacuum removes only what is older than the oldest. It is held by: long statements and transactions (also idle ones) at any isolation level while a snapshot is theirs, pg_dump, replication slots whose consumer is away, prepared transactions that were forgotten, and replicas with hot_standby_feedback. Tables that change most suffer first: a queue where every row is updated thrice is scanned over its dead versions.',
  confirm: [
    'Sessions: `select pid, datname, state, age(backend_xmin), now() - xact_start as open_for, left(query, 60) from pg_stat_activity where backend_xmin is not null order by age(backend_xmin) desc`.',
    'Slots: `select slot_name, active, age(xmin), age(catalog_xmin) from pg_replication_slots`; prepared: `select gid, prepared, age(transaction) from pg_prepared_xacts`; replicas: `select application_name, age(backend_xmin) from pg_stat_replication`.',
    '`vacuum (verbose) jobs`: "dead but not yet removable" above 0 confirms; 0 with many dead rows means that vacuum came too rarely instead.',
    'Wraparound: `select datname, age(datfrozenxid) from pg_database order by 2 desc`.',
  ],
  wayOut: [
    'Stop the bleeding: terminate the session, drop the slot that nobody reads, ROLLBACK PREPARED, then `vacuum (verbose)` of the worst tables.',
    'Limits for roles: `statement_timeout`, `idle_in_transaction_session_timeout`, `transaction_timeout` (17); `max_slot_wal_keep_size` for slots.',
    'Long reads in pieces by key, or on a replica without feedback; batch jobs commit every few thousand rows.',
    'Alert on the age of the oldest xmin (5 minutes) and of datfrozenxid (500 million), not on bloat, which comes later.',
    'Bloat that is there: `reindex concurrently`, pg_repack; VACUUM FULL locks the table.',
    'Queues: drop partitions instead of deleting rows. Keelson lets events leave by whole partitions, and its transactions are bounded to seconds.',
  ],
  numbers: [
    'autovacuum_freeze_max_age is 200 million; commands that need a transaction id stop when fewer than 3 million remain [PostgreSQL manual, 24.1.5 Preventing Transaction ID Wraparound Failures].',
    'Autovacuum comes after 50 + 20 % of the rows are dead [PostgreSQL manual, 19.10 Vacuuming].',
  ],
  siblings: ['idle-in-transaction', 'cascade-over-large-table', 'primary-key-overflow'],
  covers: ['long transaction holding the xmin horizon'],
  wrong: {
    language: 'ts',
    stack: 'node-postgres',
    text: `await client.query('begin isolation level repeatable read')
// An hour, during which nothing that dies anywhere can be removed.
for (const row of (await client.query<Customer>('select * from customers')).rows) await exportToPartner(row)
await client.query('commit')`,
  },
  right: {
    language: 'ts',
    stack: 'node-postgres',
    text: `let after = '0'
for (;;) {
  const { rows } = await pool.query<Customer>(
    'select id, email from customers where id > $1 order by id limit 1000',
    [after],
  )
  for (const row of rows) await exportToPartner(row)
  if (rows.length < 1000) break
  after = rows.at(-1)!.id
}`,
  },
}
