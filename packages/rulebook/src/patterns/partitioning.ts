import type { Pattern } from '../entry.js'

export const partitioning: Pattern = {
  kind: 'pattern',
  id: 'partitioning',
  title: 'Partitioning and sharding',
  why: 'Deleting last year from a table of a billion rows is a week of work for vacuum; dropping last year’s partition is a moment. Partitioning divides one table within one server, for maintenance and for queries that know their part. Sharding divides over servers, for writes that no server can take, and costs what a database was for: joins, transactions, unique constraints across the whole.',
  when: 'Partition what is deleted by age, or what is so large that its indexes no longer fit into memory while queries name the part. Shard only when one large machine with replicas, archives and tuned writes does not carry the writes any more; most never get there.',
  steps: [
    'Measure what hurts: size of hot indexes against memory, time of vacuum, of deletes, writes a second.',
    'Choose the key from the queries: nearly all must name it. Time for logs and events, tenant for multi-tenant data.',
    'Unique constraints must hold the partition key. If an id alone must be unique, it is not the key to partition by.',
    'Make partitions ahead of time by a job, with an alarm when the next one is missing; a default partition collects mistakes and makes attaching slow.',
    'Drop by `detach … concurrently`, then drop; attach with a CHECK that was validated before, so that nothing is scanned under lock.',
    'Some tens to hundreds of partitions; each costs planning time and memory in each session.',
    'To shard: many logical buckets by a hash of the tenant, a map from bucket to server, moves by bucket. Keep what belongs together on one key.',
  ],
  withKeelson: {
    language: 'ts',
    stack:
      'Keelson: an ordinary table to the handler, partitioned by its migration; the key holds the partition column',
    text: `import { pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import { pageInput, pageOf, query, range, rowSchema, scope } from 'keelson'
import { z } from 'zod'

/**
 * In the migration:
 *   create table readings (… primary key (device, at, id)) partition by range (at);
 *   create table readings_2027_01 partition of readings for values from ('2027-01-01Z') to ('2027-02-01Z');
 */
export const readings = pgTable(
  'readings',
  {
    device: text().notNull(),
    at: timestamp({ withTimezone: true }).notNull(),
    id: uuid().notNull(),
    value: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.device, t.at, t.id] })],
)

/** Say from when: then all partitions before it are not even planned. */
export const readingsOf = query('readings.of', {
  http: { get: '/devices/:device/readings' },
  input: pageInput({ device: z.string() }, { filter: { at: range(readings.at) } }),
  output: pageOf(rowSchema(readings)),
  allow: scope('readings:read'),
  run: ({ input, db }) =>
    db.page(readings, {
      where: { device: input.device, ...input.filter },
      orderBy: readings.at,
      page: input,
    }),
})`,
  },
  byHand: {
    language: 'ts',
    stack: 'pg: partitions ahead of time, old ones away, run daily by one process',
    text: `import type { Pool } from 'pg'

const MONTHS_AHEAD = 3
const MONTHS_KEPT = 13

const monthOf = (from: Date, months: number): Date =>
  new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + months, 1))
const nameOf = (month: Date): string => 'readings_' + month.toISOString().slice(0, 7).replace('-', '_')

/** Repeatable. Names come from dates alone, so that no input reaches the text of a statement. */
export async function keepPartitions(pool: Pool, now: Date): Promise<void> {
  for (let ahead = 0; ahead <= MONTHS_AHEAD; ahead++) {
    const month = monthOf(now, ahead)
    const [from, to] = [month, monthOf(month, 1)].map((date) => date.toISOString())
    await pool.query(
      \`create table if not exists \${nameOf(month)} partition of readings for values from ('\${from}') to ('\${to}')\`,
    )
  }
  const oldest = nameOf(monthOf(now, -MONTHS_KEPT))
  const { rows } = await pool.query<{ name: string }>(
    \`select inhrelid::regclass::text as name from pg_inherits
     where inhparent = 'readings'::regclass and inhrelid::regclass::text ~ '^readings_[0-9]{4}_[0-9]{2}$'
       and inhrelid::regclass::text < $1\`,
    [oldest],
  )
  for (const { name } of rows) {
    // Does not wait with a lock that stops all others; must not stand in a transaction.
    await pool.query(\`alter table readings detach partition \${name} concurrently\`)
    await pool.query(\`drop table \${name}\`)
  }
}`,
  },
  mistakes: [
    'Queries that do not name the key: all partitions are visited, and it is slower than before.',
    'Partitioning by day for five years and wondering at planning times.',
    'Sharding by an ascending id or by date: all writes go to the last shard.',
    'A shard map in the code, so that moving a customer is a deployment.',
  ],
  numbers: [
    'Worth while when a table exceeds the memory of the server, as a rule of thumb [Postgres manual, 5.12.1]',
    'Up to a few thousand partitions plan fairly well if all but a few can be pruned; memory is used for each in each session that touches it [Postgres manual, 5.12.6]',
  ],
  siblings: [
    'soft-delete',
    'tenancy-isolation',
    'read-replicas',
    'expand-and-contract',
    'primary-key-overflow',
  ],
  covers: ['partitioning and sharding'],
}
