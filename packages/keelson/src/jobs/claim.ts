/**
 * What waits becomes somebody's: workers take jobs in batches, each for as long as the lease of its process lasts. All times
 * are the database's. A claim locks the row of the lease, so that its process cannot be declared lost while it claims.
 */
import { arrayOf } from '../engine/postgres-store/arrays.js'
import type { Statement } from '../postgres/burst-query.js'
import type { Connections } from '../postgres/connections.js'
import { BY_INDEX } from './index-plans.js'

/** A job that this process shall run now. */
export interface ClaimedJob {
  readonly id: string
  readonly name: string
  /** JSON. */
  readonly input: string
  /** From 1. */
  readonly attempt: number
  /** The number of this claim, a 64-bit number as text. */
  readonly fence: string
  /** Of the request that handed it over. */
  readonly traceparent: string | null
}

/** Names one claim: a job may have several in its life, and an old one may speak up late. */
export const claimKey = ({ id, fence }: Pick<ClaimedJob, 'id' | 'fence'>): string => `${id} ${fence}`

/** The lease of the process, as the database names it. */
export interface LeaseRow {
  readonly name: string
  readonly fence: string
}

/** A place in the order of a queue. */
export interface Place {
  readonly runAt: string
  readonly id: string
}

/** Before everything. */
export const FROM_START: Place = { runAt: '-infinity', id: '00000000-0000-0000-0000-000000000000' }

/** A queue that may be served, how many of its jobs at most, and from where on. */
export interface Want {
  readonly queue: string
  readonly max: number
  readonly after: Place
}

export interface Claims {
  readonly jobs: readonly ClaimedJob[]
  /** The last place of those that were claimed, by queue. */
  readonly reached: ReadonlyMap<string, Place>
  /** Milliseconds until the next job of these queues is due, 0 for at once; undefined where none waits. */
  readonly nextDueMs: number | undefined
}

/** Priorities of jobs are all the same so far. With a constant, the index gives each queue's jobs by the time they are due. */
const PRIORITY = 0

/**
 * The places are divided evenly over the queues in which something is due, so that a flood in one leaves room to the others;
 * where places are fewer than queues, chance decides. What remains is for the next claim. (A probe by `exists` would become a join
 * over all that is due.)
 */
const CLAIM: Statement = {
  name: 'keelson_jobs_claim',
  text: `
with lease as (
  select from keelson.leases where name = $5::text and fence = $1::int8 for key share
), due as (
  select want.*, count(*) over () as queues
  from lease cross join unnest($2::text[], $3::int4[], $6::timestamptz[], $7::uuid[]) as want(queue, most, run_at, id)
  cross join lateral (
    select from keelson.jobs
    where queue = want.queue and priority = ${PRIORITY} and (run_at, id) > (want.run_at, want.id)
      and run_at <= now() and claimed_by is null
    order by run_at, id limit 1
  ) as first
  order by random() limit $4::int4
), picked as (
  select ready.id from due cross join lateral (
    select id from keelson.jobs
    where queue = due.queue and priority = ${PRIORITY} and (run_at, id) > (due.run_at, due.id)
      and run_at <= now() and claimed_by is null
    order by run_at, id limit least(due.most, greatest(1, $4::int4 / due.queues)) for update skip locked
  ) as ready
)
update keelson.jobs as job
set claimed_by = $1::int8, claimed_at = now(), fence = fence + 1, attempt = attempt + 1
from picked where job.id = picked.id
returning job.id, job.name, job.input, job.attempt, job.fence, job.queue,
  to_char(job.run_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US"+00"'), job.traceparent`,
}

const NEXT_DUE: Statement = {
  name: 'keelson_jobs_next_due',
  text: `
select ceil(extract(epoch from min(next.run_at) - now()) * 1000)
from unnest($1::text[], $2::timestamptz[], $3::uuid[]) as want(queue, run_at, id) cross join lateral (
  select run_at from keelson.jobs
  where queue = want.queue and priority = ${PRIORITY} and (run_at, id) > (want.run_at, want.id) and claimed_by is null
  order by run_at, id limit 1
) as next`,
}

/**
 * Takes what is due, at most `places` jobs; nothing where the lease is gone. Of each queue what comes after a place, which spares
 * a walk over what was there and is gone, but not yet vacuumed away.
 */
export function claimJobs(
  connections: Connections,
  lease: LeaseRow,
  wants: readonly Want[],
  places: number,
): Promise<Claims> {
  const queues = arrayOf(wants.map(({ queue }) => queue))
  const most = arrayOf(wants.map(({ max }) => String(max)))
  const runAts = arrayOf(wants.map(({ after }) => after.runAt))
  const ids = arrayOf(wants.map(({ after }) => after.id))
  return connections.use(async (connection) => {
    connection.cork()
    const planned = connection.send(BY_INDEX)
    const claimed = connection.send(CLAIM, [
      lease.fence,
      queues,
      most,
      String(places),
      lease.name,
      runAts,
      ids,
    ])
    const next = connection.send(NEXT_DUE, [queues, runAts, ids])
    connection.uncork()
    const [, { rows }, due] = await Promise.all([planned, claimed, next])
    const dueMs = due.rows[0]?.[0]
    return {
      jobs: rows.map((row) => ({
        id: row[0]!,
        name: row[1]!,
        input: row[2]!,
        attempt: Number(row[3]),
        fence: row[4]!,
        traceparent: row[7]!,
      })),
      reached: reachedBy(rows),
      nextDueMs: dueMs === null || dueMs === undefined ? undefined : Math.max(0, Number(dueMs)),
    }
  })
}

/** Rows come in no order. */
function reachedBy(rows: readonly (readonly (string | null)[])[]): Map<string, Place> {
  const reached = new Map<string, Place>()
  for (const row of rows) {
    const [id, queue, runAt] = [row[0]!, row[5]!, row[6]!]
    const known = reached.get(queue)
    // All of one form, so that texts compare as times do.
    if (known === undefined || runAt > known.runAt || (runAt === known.runAt && id > known.id))
      reached.set(queue, { runAt, id })
  }
  return reached
}
