/**
 * Claims that stand no more. A claim stands while the row of its process' lease is there; once a lease has run out, whoever
 * notices removes it, and what it had claimed is free. A process that was held up for longer finds its row gone: nothing that
 * it says for that lease counts.
 */
import { arrayOf } from '../engine/postgres-store/arrays.js'
import type { Connections } from '../postgres/connections.js'

/** Leases of processes that run jobs are named by this and the process. */
export const LEASE_PREFIX = 'jobs:'

const BATCH = 1000

/** Those that one lost process had begun do not all begin again in one moment. */
const RESCUE = `
update keelson.jobs
set claimed_by = null, claimed_at = null, run_at = now() + random() * interval '1 second',
  error = 'The process that ran attempt ' || attempt || ' was lost.'
where id = any (array(
  select job.id from keelson.jobs as job
  where job.claimed_by is not null and not exists (select from keelson.leases as lease where lease.fence = job.claimed_by)
  order by job.id limit ${BATCH} for update skip locked
))`

/**
 * Frees what processes had claimed that are lost; returns how many jobs. An attempt that was begun counts: a job that ends
 * the process which runs it shall not do so for ever. Leases under which jobs are being claimed at this moment are passed over.
 */
export async function rescueJobs(connections: Connections): Promise<number> {
  await connections.query(
    `delete from keelson.leases where name = any (array(
  select name from keelson.leases where name like '${LEASE_PREFIX}%' and expires_at < clock_timestamp() for update skip locked
))`,
  )
  let rescued = 0
  for (;;) {
    const { rowCount } = await connections.query(RESCUE)
    rescued += rowCount ?? 0
    if ((rowCount ?? 0) < BATCH) return rescued
  }
}

export interface Claim {
  readonly id: string
  readonly fence: string
}

/** The fences of those claims that stand no more, each with its job: cancelled, or given to others. */
export async function lostClaims(connections: Connections, claims: readonly Claim[]): Promise<Claim[]> {
  const { rows } = await connections.query<{ id: string; fence: string }>(
    `select claim.id, claim.fence::text from unnest($1::uuid[], $2::int8[]) as claim(id, fence)
where not exists (
  select from keelson.jobs as job where job.id = claim.id and job.fence = claim.fence and job.claimed_by is not null
)`,
    [arrayOf(claims.map(({ id }) => id)), arrayOf(claims.map(({ fence }) => fence))],
  )
  return rows
}

/**
 * Frees what stands as claimed under this lease though its process knows nothing of it: the answer to a claim was lost on its
 * way. Such attempts were not begun and do not count. To be asked while no claim is under way; one that reaches the database
 * later yet is found the next time. Returns how many jobs.
 */
export async function releaseUnknown(
  connections: Connections,
  lease: string,
  known: readonly Claim[],
): Promise<number> {
  const { rowCount } = await connections.query(
    `update keelson.jobs as job set claimed_by = null, claimed_at = null, attempt = attempt - 1
where claimed_by = $1::int8 and not exists (
  select from unnest($2::uuid[], $3::int8[]) as known(id, fence) where known.id = job.id and known.fence = job.fence
)`,
    [lease, arrayOf(known.map(({ id }) => id)), arrayOf(known.map(({ fence }) => fence))],
  )
  return rowCount ?? 0
}
