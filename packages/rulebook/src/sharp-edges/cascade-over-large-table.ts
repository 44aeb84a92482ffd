/** Cascading delete on large tables. */
import type { SharpEdge } from '../entry.js'

export const cascadeOverLargeTable: SharpEdge = {
  kind: 'sharp-edge',
  id: 'cascade-over-large-table',
  title: 'Cascading delete on large tables',
  severity: 'critical',
  why: '`on delete cascade` turns a harmless DELETE of one row into the deletion of everything below it, over tables that its author did not think of, in one transaction that nobody can stop half-way. Either it runs for minutes with millions of locked rows, or it is fast and has removed invoices which the law requires you to keep.',
  symptoms: [
    'DELETE of one customer takes minutes',
    'A delete of one row blocked the whole service',
    'Invoices are gone and nobody deleted them',
    'Replication lag and WAL spike after one DELETE',
    'Deleting a parent row is slow although it is by primary key',
    'The delete ran into the statement timeout and starts over each time',
  ],
  mechanism:
    'For each deleted parent Postgres runs one DELETE per referencing table, by a trigger, within the same statement. Postgres makes no index on the referencing column by itself: without one each of these is a sequential scan of the child. The cascade goes on down all levels. All rows stay locked and all dead versions stay until COMMIT; WAL, replicas and vacuum have to follow. When it fails at the end, all of it is undone, and the next attempt begins anew. The statement reports `DELETE 1`.',
  confirm: [
    "Which keys cascade: `select conrelid::regclass as child, confrelid::regclass as parent, conname from pg_constraint where contype = 'f' and confdeltype = 'c' order by 2`.",
    '`explain (analyze, buffers) delete from customers where id = …` in a transaction that is rolled back, on a copy: the lines `Trigger for constraint …: time= calls=` show where the time goes. It tells this from a lock wait, which shows in `pg_blocking_pids`.',
    "Referencing columns without an index: `select c.conrelid::regclass, a.attname from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1] where c.contype = 'f' and not exists (select from pg_index i where i.indrelid = c.conrelid and i.indkey[0] = c.conkey[1])`.",
    'What is missing: compare with yesterday’s backup or the audit log.',
  ],
  wayOut: [
    'Stop the bleeding: cancel it (`select pg_cancel_backend(pid)`); nothing is lost by that, it is undone. Do not restart it at once.',
    'Restore what should not have gone from a backup, into a table beside, and merge.',
    'Index every referencing column: `create index concurrently`.',
    'Make the key `on delete restrict` (add the new constraint `not valid`, validate, drop the old one); then deleting is a decision for each table.',
    'Close instead of delete (`closed_at`), and let a job remove what may go, in batches of 500 to 5,000 rows, each its own transaction, children first, with a pause where replicas lag.',
    'Data that ages together: partitions by time, of which whole ones are dropped.',
    'In Keelson `deleteWhere` takes a required `rowsMax`, and deletes go children first by declared keys.',
  ],
  numbers: [
    'The triggers of foreign keys fire once for each row: deleting 10,000 parents runs 10,000 statements on every referencing table, each a sequential scan where the index is missing [PostgreSQL manual, 5.5.5 Foreign Keys; pg_trigger.tgtype].',
    'Autovacuum comes to a table when 20 % of its rows and 50 more are dead, by default [PostgreSQL manual, 19.10: autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold].',
  ],
  siblings: [
    'unbounded-query',
    'long-transaction-holding-xmin',
    'lock-queue-behind-ddl',
    'backups-never-restored',
  ],
  covers: ['cascading delete on large tables'],
  wrong: {
    language: 'ts',
    stack: 'Fastify 5 and pg',
    text: `function naive(pool: pg.Pool) {
  const app = Fastify()
  // invoices.customer_id … references customers on delete cascade
  app.delete<{ Params: { id: string } }>('/customers/:id', async ({ params: { id } }, reply) => {
    await pool.query('delete from customers where id = $1', [id])
    return reply.code(204).send()
  })
  return app
}`,
  },
  right: {
    language: 'ts',
    stack: 'Fastify 5 and pg',
    text: `const BATCH = 500

async function removeDrafts(pool: pg.Pool, customerId: string): Promise<void> {
  let removed: number | null
  do {
    const batch = await pool.query(
      \`delete from invoices where id = any(array(
         select id from invoices where customer_id = $1 and not paid
         order by id limit $2 for update skip locked))\`,
      [customerId, BATCH],
    )
    removed = batch.rowCount
  } while (removed === BATCH)
}

function mended(pool: pg.Pool, enqueue: (job: () => Promise<void>) => void) {
  const app = Fastify()
  // invoices.customer_id … references customers on delete restrict
  app.delete<{ Params: { id: string } }>('/customers/:id', async ({ params: { id } }, reply) => {
    await pool.query('update customers set closed_at = now() where id = $1', [id])
    enqueue(() => removeDrafts(pool, id))
    return reply.code(202).send()
  })
  return app
}`,
  },
  reproduction: 'cascade-over-large-table.test.ts',
}
