/** How far behind the work is: what a gauge shows, and what an alert watches. Cheap, however long the queues are. */
import type { Connections } from '../postgres/connections.js'
import { queueOf } from './enqueued.js'
import type { Job } from './job.js'

export interface JobLag {
  readonly name: string
  /** Due and waiting for a place; counted up to 10,000. */
  readonly ready: number
  readonly running: number
  /** Dead and not set aside; counted up to 10,000. */
  readonly dead: number
  /** How long the job that is due longest has been waiting, in milliseconds; 0 where none is. */
  readonly lagMs: number
}

const COUNT_MAX = 10_000

export async function jobLag(connections: Connections, jobs: Iterable<Job>): Promise<JobLag[]> {
  const listed = [...jobs]
  const { rows } = await connections.query<JobLag>(
    `select kind.name,
  (select count(*) from (select from keelson.jobs where queue = kind.queue and priority = 0 and run_at <= now() and claimed_by is null limit ${COUNT_MAX}) as ready)::int as ready,
  (select count(*) from keelson.jobs where claimed_by is not null and name = kind.name)::int as running,
  (select count(*) from (select from keelson.jobs_ended where state = 'dead' and keep_until is null and name = kind.name limit ${COUNT_MAX}) as dead)::int as dead,
  coalesce((select greatest(0, extract(epoch from now() - min(run_at)) * 1000) from keelson.jobs where queue = kind.queue and priority = 0 and claimed_by is null), 0)::float8 as "lagMs"
from unnest($1::text[], $2::text[]) as kind(name, queue)`,
    [listed.map(({ name }) => name), listed.map(queueOf)],
  )
  return rows
}
