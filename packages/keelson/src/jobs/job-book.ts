/**
 * What operators ask of jobs and do to them: look, run again, set aside, cancel. Each change is one statement that moves a row
 * as a whole, so that it meets workers at any moment: what a worker says of a job that was cancelled does not count.
 */
import type { Connections } from '../postgres/connections.js'
import { KEEP_SECONDS } from './outcome.js'

/** `waiting`: for its time or its next attempt. `ready`: for a free place. The last three are ends. */
export const JOB_STATES = ['waiting', 'ready', 'running', 'done', 'dead', 'cancelled'] as const
export type JobState = (typeof JOB_STATES)[number]

/** A job as it is listed. Times are RFC 3339. */
export interface JobLine {
  readonly id: string
  readonly name: string
  readonly state: JobState
  /** Attempts begun. */
  readonly attempt: number
  readonly enqueuedAt: string
  /** When it is, or was, to run; of ended jobs: when they ended. */
  readonly at: string
  /** Of the latest attempt that failed. */
  readonly error: string | null
  /** Whether a dead job was set aside; it goes when its time is over. */
  readonly discarded: boolean
}

export interface JobDetails extends JobLine {
  /** As JSON; null for jobs that are done. */
  readonly input: string | null
}

export interface JobFilter {
  readonly states?: readonly JobState[]
  readonly name?: string
  /** Most lines. */
  readonly limit: number
}

/** One job, or all of a kind that are in a state in which the change makes sense. */
export type JobChoice = { readonly ids: readonly string[] } | { readonly name: string | undefined }

const ISO = (column: string): string =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

const LIVE = `
select id, name, case when claimed_by is not null then 'running' when run_at > now() then 'waiting' else 'ready' end as state,
  attempt, ${ISO('enqueued_at')} as "enqueuedAt", ${ISO('run_at')} as at, error, false as discarded, input, run_at as sort
from keelson.jobs`
const ENDED = `
select id, name, state, attempt, ${ISO('enqueued_at')} as "enqueuedAt", ${ISO('ended_at')} as at, error,
  state = 'dead' and keep_until is not null as discarded, input, ended_at as sort
from keelson.jobs_ended`

export class JobBook {
  readonly #connections: Connections

  constructor(connections: Connections) {
    this.#connections = connections
  }

  /** The latest first. Default: what is to be done or seen to, that is all but done, cancelled and discarded ones. */
  async list({ states, name, limit }: JobFilter): Promise<JobLine[]> {
    const wanted = states ?? ['waiting', 'ready', 'running', 'dead']
    const { rows } = await this.#connections.query<JobDetails & { sort: unknown }>(
      `select * from (${LIVE} union all ${ENDED}) as job
where state = any($1::text[]) and ($2::text is null or name = $2) and ($3 or not discarded)
order by sort desc, id limit $4`,
      [wanted, name ?? null, states !== undefined, limit],
    )
    return rows.map(({ input: _input, sort: _sort, ...line }) => line)
  }

  async show(id: string): Promise<JobDetails | undefined> {
    const { rows } = await this.#connections.query<JobDetails & { sort: unknown }>(
      `${LIVE} where id = $1::uuid union all ${ENDED} where id = $1::uuid`,
      [id],
    )
    if (rows[0] === undefined) return undefined
    const { sort: _sort, ...details } = rows[0]
    return details
  }

  /**
   * Dead and cancelled jobs begin anew, with all their attempts; those that wait for their next attempt need not wait. Without ids:
   * dead ones that were not discarded. Returns the ids.
   */
  retry(choice: JobChoice): Promise<string[]> {
    return this.#change(choice, RETRY)
  }

  /** Dead jobs that nobody will run again are no longer listed, and go after a week. Returns the ids. */
  discard(choice: JobChoice): Promise<string[]> {
    return this.#change(choice, DISCARD)
  }

  /** Live jobs end as cancelled; those that run get their signal within seconds. Returns the ids. */
  cancel(choice: JobChoice): Promise<string[]> {
    return this.#change(choice, CANCEL)
  }

  /** In batches, so that no statement holds many rows. */
  async #change(choice: JobChoice, text: string): Promise<string[]> {
    if ('ids' in choice) return this.#batch(text, choice.ids, undefined)
    const changed: string[] = []
    for (;;) {
      const batch = await this.#batch(text, null, choice.name)
      changed.push(...batch)
      if (batch.length < BATCH) return changed
    }
  }

  async #batch(text: string, ids: readonly string[] | null, name: string | undefined): Promise<string[]> {
    const { rows } = await this.#connections.query<{ id: string }>(text, [ids, name ?? null])
    return rows.map(({ id }) => id)
  }
}

const BATCH = 1000
/** By id, or by name where there are no ids. */
const CHOSEN = `(id = any($1::uuid[]) or ($1::uuid[] is null and ($2::text is null or name = $2)))`

/** Fences go on, so that no claim of the job's former life can ever be taken for one of the new. */
const RETRY = `
with gone as (
  delete from keelson.jobs_ended where id = any (array(
    select id from keelson.jobs_ended
    where ${CHOSEN} and input is not null and state in ('dead', 'cancelled')
      and ($1::uuid[] is not null or (state = 'dead' and keep_until is null))
    order by id limit ${BATCH} for update
  )) returning *
), again as (
  insert into keelson.jobs (id, name, queue, priority, input, fence, error, concurrency_key, unique_key, traceparent, enqueued_at)
  select id, name, queue, priority, input, fence, error, concurrency_key, unique_key, traceparent, enqueued_at from gone
  returning id
), sooner as (
  update keelson.jobs set run_at = now()
  where id = any($1::uuid[]) and claimed_by is null and run_at > now() returning id
)
select id from again union all select id from sooner`

const DISCARD = `
update keelson.jobs_ended set keep_until = now() + interval '${KEEP_SECONDS.cancelled} seconds'
where id = any (array(
  select id from keelson.jobs_ended where ${CHOSEN} and state = 'dead' and keep_until is null
  order by id limit ${BATCH} for update
)) returning id`

const CANCEL = `
with gone as (
  delete from keelson.jobs where id = any (array(
    select id from keelson.jobs where ${CHOSEN} order by id limit ${BATCH} for update
  )) returning *
)
insert into keelson.jobs_ended
  (id, name, queue, priority, state, input, attempt, fence, error, concurrency_key, unique_key, traceparent, enqueued_at, keep_until)
select id, name, queue, priority, 'cancelled', input, attempt, fence, error, concurrency_key, unique_key, traceparent, enqueued_at,
  now() + interval '${KEEP_SECONDS.cancelled} seconds'
from gone returning id`
