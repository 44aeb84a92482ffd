import type { Pattern } from '../entry.js'

export const multiRegionFailover: Pattern = {
  kind: 'pattern',
  id: 'multi-region-failover',
  title: 'Multi-region failover',
  why: 'A region fails rarely, and when it does, everybody in it fails over at the same hour into neighbours without room. What decides is not the standby but the change: who says that the first is dead, how the old primary is kept from writing when it wakes, what was not replicated, and whether anybody has done it before. Two primaries for a minute are worse than an hour of nothing.',
  when: 'When an outage of hours would cost more than a second region for years, or a contract demands it. First exhaust zones: three within a region cover most failures at a millisecond. Writes in several regions at once are another design, with conflicts; most want one writer and a prepared change.',
  steps: [
    'Write down RPO and RTO; with asynchronous replication the RPO is the lag at the moment of failure.',
    'One writer, replicas elsewhere; all state that matters is replicated or can be computed: files, secrets, queues, DNS, images.',
    'Decide by people with a prepared command, or by a quorum in three places; never by one region’s view of the other.',
    'Fence before you promote: revoke the old primary’s network, credentials or lease. Promotion is the second step.',
    'Point traffic by a health-checked name with a short TTL or anycast; clients must reconnect and repeat with idempotency keys.',
    'Keep capacity for all of it warm, quotas included.',
    'Find out what got lost: compare the old log with the new timeline, reconcile with outside systems (payments, mails).',
    'Exercise quarterly, in both directions, by turning the region away in earnest.',
  ],
  withKeelson: {
    language: 'ts',
    stack:
      'Keelson as it is: nothing of it is built in; one writer, and elsewhere processes that wait for the promotion',
    text: `import { setTimeout as pause } from 'node:timers/promises'
import { createServer, type App, type Server } from 'keelson'
import pg from 'pg'

/** Whether the database accepts writes, and on which timeline: it rises with each promotion. */
export async function primacyOf(databaseUrl: string): Promise<{ isPrimary: boolean; timeline: number }> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 3_000 })
  await client.connect()
  try {
    const { rows } = await client.query<{ standby: boolean; timeline: number }>(
      'select pg_is_in_recovery() as standby, timeline_id as timeline from pg_control_checkpoint()',
    )
    return { isPrimary: rows[0]?.standby === false, timeline: rows[0]?.timeline ?? 0 }
  } finally {
    await client.end()
  }
}

/**
 * The same in each region. Where the standby is, the process waits and serves nothing; after the promotion it starts by
 * itself. Clients repeat with their Idempotency-Key: what was committed and replicated is answered, not done again.
 */
export async function startWherePrimary(
  application: App,
  databaseUrl: string,
  stop: AbortSignal,
): Promise<Server> {
  for (;;) {
    const { isPrimary } = await primacyOf(databaseUrl).catch(() => ({ isPrimary: false }))
    if (isPrimary) break
    await pause(2_000, undefined, { signal: stop })
  }
  const server = await createServer(application, { databaseUrl })
  await server.listen()
  return server
}`,
  },
  byHand: {
    language: 'ts',
    stack: 'pg: the steps of the change as a program that stops at the first that is not certain',
    text: `import { Client } from 'pg'

export interface Regions {
  /** Takes network and credentials from the old primary; resolves only when it is certain. */
  readonly fence: (region: string) => Promise<void>
  readonly pointTraffic: (region: string) => Promise<void>
  readonly log: (step: string) => void
}

async function ask<T extends object>(url: string, text: string): Promise<T> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  await client.connect()
  try {
    const { rows } = await client.query<T>(text)
    if (rows[0] === undefined) throw new Error('No answer to ' + text)
    return rows[0]
  } finally {
    await client.end()
  }
}

/** A person begins it, having seen \`lostSecondsMax\` and agreed. */
export async function failOver(
  from: string,
  to: string,
  standbyUrl: string,
  lostSecondsMax: number,
  regions: Regions,
) {
  const { lag } = await ask<{ lag: number | null }>(
    standbyUrl,
    'select extract(epoch from now() - pg_last_xact_replay_timestamp())::float8 as lag',
  )
  regions.log('the standby has replayed up to ' + lag + ' s ago')
  if (lag === null || lag > lostSecondsMax) throw new Error('More would be lost than was agreed.')
  // First the old one may not write any more; only then may the new one.
  await regions.fence(from)
  regions.log(from + ' is fenced')
  const { promoted } = await ask<{ promoted: boolean }>(standbyUrl, 'select pg_promote(true, 60) as promoted')
  if (!promoted) throw new Error('The standby was not promoted within a minute.')
  regions.log(to + ' is promoted')
  await regions.pointTraffic(to)
  regions.log('traffic goes to ' + to)
}`,
  },
  mistakes: [
    'Automatic failover between two sites: when the line between them breaks, both are right.',
    'Promoting without fencing; the old primary comes back with customers’ writes of ten minutes.',
    'A standby that has never carried load, with a quota of four machines.',
    'The runbook, the dashboard and the sign-in live in the region that is down.',
    'Going back in a hurry: the way back is a second failover, with everything that the first one needed.',
  ],
  numbers: [
    'Light in fibre takes about 5 µs for a kilometre: regions 1,000 km apart add 10 ms to each synchronous commit [refractive index about 1.47; arithmetic]',
    'With asynchronous streaming the standby is usually less than a second behind under moderate load; what was not sent is lost [Postgres manual, 26.2.5]',
    'Three nines over zones need no second region: 43 minutes a month; four leave 4.3, less than people need to decide [arithmetic]',
  ],
  siblings: ['backup-and-restore', 'read-replicas', 'idempotency-key', 'error-budget'],
  covers: ['multi-region failover'],
}
