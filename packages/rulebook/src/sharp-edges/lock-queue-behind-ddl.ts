/** Lock queue behind DDL. */
import type { SharpEdge } from '../entry.js'

export const lockQueueBehindDdl: SharpEdge = {
  kind: 'sharp-edge',
  id: 'lock-queue-behind-ddl',
  title: 'Lock queue behind DDL',
  severity: 'critical',
  why: 'An ALTER TABLE that takes a millisecond can stop a service for minutes. It waits for one long reader, and everything that comes after it, plain SELECTs included, waits behind it. The migration seems to hang, and production is down.',
  symptoms: [
    'The migration hangs and the whole site is down',
    'Simple SELECTs on one table wait although nobody writes',
    'canceling statement due to lock timeout during deploy',
    'ALTER TABLE add column took forever although it is instant',
    'All connections are waiting for relation lock',
  ],
  mechanism:
    'Lock requests on a table are served in order of arrival. A report, a backup or an idle transaction holds ACCESS SHARE. ALTER TABLE wants ACCESS EXCLUSIVE and has to wait. Every later SELECT wants ACCESS SHARE, which would go well with the reader, but not with the request that waits in front: it queues. The pool fills, the outage lasts as long as the oldest reader.',
  confirm: [
    "`select a.pid, l.mode, l.granted, now() - a.xact_start as open_for, left(a.query, 60) from pg_locks l join pg_stat_activity a using (pid) where l.relation = 'orders'::regclass order by l.granted desc, a.query_start`: one granted ACCESS SHARE that is old, one AccessExclusiveLock that waits, then the crowd.",
    '`select pg_blocking_pids(pid)` of a waiting SELECT names the DDL; that of the DDL names the reader. Without DDL in the chain it is an ordinary lock wait.',
  ],
  wayOut: [
    'Stop the bleeding: cancel the DDL (`pg_cancel_backend`): the crowd goes on at once. It is the DDL that must go, not the reader.',
    'Set `lock_timeout` (1 to 5 s) in every migration, and try again with pauses: it gives up before anyone notices.',
    'Before: look for transactions older than a minute, and end or await them.',
    'One table per transaction; slow work (validation, index, backfill) outside of the one that holds ACCESS EXCLUSIVE: `not valid` then `validate`, `create index concurrently`.',
    'Let the role of the API have statement and idle-in-transaction timeouts, so that nobody reads for an hour; reports go to a replica.',
    '@keelson/review has rules for migrations, `missing-lock-timeout` among them; Keelson’s commands run under a lock timeout of 2 s themselves.',
  ],
  numbers: [
    'lock_timeout is 0, that is off, by default [PostgreSQL manual, 19.11 Client Connection Defaults].',
    'ACCESS EXCLUSIVE conflicts with all 8 table lock modes, ACCESS SHARE of a plain SELECT included [PostgreSQL manual, 13.3 Explicit Locking].',
  ],
  siblings: [
    'idle-in-transaction',
    'migration-race-at-boot',
    'long-transaction-holding-xmin',
    'connection-pool-exhaustion',
  ],
  covers: ['lock queue behind DDL'],
  wrong: {
    language: 'sql',
    stack: 'a migration',
    text: `-- Waits for the nightly report, and everyone waits for it.
alter table orders add column note text;
create index on orders (customer_id);`,
  },
  right: {
    language: 'sql',
    stack: 'two migrations, the second outside of a transaction',
    text: `set lock_timeout = '2s';
alter table orders add column note text;
-- On 55P03 the runner waits a few seconds, with jitter, and tries again.

create index concurrently if not exists orders_customer_id on orders (customer_id);`,
  },
}
