/** What an attempt came to, and what the database makes of it: an end, another attempt, or a claim handed back. */
import { arrayOf } from '../engine/postgres-store/arrays.js'
import type { Random } from '../internal/random.js'
import type { Statement } from '../postgres/burst-query.js'
import type { Connections } from '../postgres/connections.js'
import { BY_INDEX } from './index-plans.js'
import { claimKey, type ClaimedJob } from './claim.js'
import type { Retry } from './job.js'

export type Outcome =
  | { readonly kind: 'done' }
  /** Again after the delay. */
  | { readonly kind: 'failed'; readonly error: string; readonly delayMs: number }
  /** Never again by itself. */
  | { readonly kind: 'dead'; readonly error: string }
  /** Dead, and not even begun: the process of the last attempt that it had was lost. */
  | { readonly kind: 'spent'; readonly error: string }
  /** The process stops: the attempt does not count. */
  | { readonly kind: 'released' }

export interface Acknowledgement {
  readonly job: ClaimedJob
  /** The fence of the lease under which it was claimed. */
  readonly lease: string
  readonly outcome: Outcome
}

/** How long jobs that are done, cancelled or discarded are kept, in seconds. */
export const KEEP_SECONDS = Object.freeze({ done: 86_400, cancelled: 604_800 })

/**
 * Counts for claims that still stand: the same lease, the same fence. Ended jobs move to the other table in the same statement,
 * so that a job is always in exactly one of them.
 */
const ACKNOWLEDGE: Statement = {
  name: 'keelson_jobs_acknowledge',
  text: `
with said as (
  select * from unnest($1::uuid[], $2::int8[], $3::int8[], $4::text[], $5::float8[], $6::text[])
    as said(id, lease, fence, kind, delay_seconds, error)
), gone as (
  delete from keelson.jobs as job using said
  where job.id = said.id and job.claimed_by = said.lease and job.fence = said.fence and said.kind in ('done', 'dead', 'spent')
  returning job.*, said.kind, said.error as new_error
), ended as (
  insert into keelson.jobs_ended
    (id, name, queue, priority, state, input, attempt, fence, error, concurrency_key, unique_key, traceparent, enqueued_at, keep_until)
  select id, name, queue, priority, case kind when 'done' then 'done' else 'dead' end,
    case when kind <> 'done' then input end, case kind when 'spent' then attempt - 1 else attempt end, fence, coalesce(new_error, error),
    concurrency_key, unique_key, traceparent, enqueued_at,
    case when kind = 'done' then now() + interval '${KEEP_SECONDS.done} seconds' end
  from gone returning id, fence
), back as (
  update keelson.jobs as job
  set claimed_by = null, claimed_at = null, run_at = now() + make_interval(secs => said.delay_seconds),
    attempt = case when said.kind = 'released' then job.attempt - 1 else job.attempt end,
    error = coalesce(said.error, job.error)
  from said
  where job.id = said.id and job.claimed_by = said.lease and job.fence = said.fence and said.kind in ('failed', 'released')
  returning job.id, job.fence
)
select id, fence from ended union all select id, fence from back`,
}

/** The claims (`claimKey`) of those that counted. The others came too late: their jobs are somebody else's, or have ended. */
export async function acknowledge(
  connections: Connections,
  said: readonly Acknowledgement[],
): Promise<ReadonlySet<string>> {
  const column = (value: (one: Acknowledgement) => string | null): string => arrayOf(said.map(value))
  const { rows } = await connections.use(async (connection) => {
    connection.cork()
    const planned = connection.send(BY_INDEX)
    const acknowledged = connection.send(ACKNOWLEDGE, [
      column(({ job }) => job.id),
      column(({ lease }) => lease),
      column(({ job }) => job.fence),
      column(({ outcome }) => outcome.kind),
      column(({ outcome }) => (outcome.kind === 'failed' ? String(outcome.delayMs / 1000) : '0')),
      column(({ outcome }) => ('error' in outcome ? outcome.error : null)),
    ])
    connection.uncork()
    // Waited for together: where the first fails so does the second, and nobody must miss that.
    const [, answer] = await Promise.all([planned, acknowledged])
    return answer
  })
  return new Set(rows.map(([id, fence]) => claimKey({ id: id!, fence: fence! })))
}

/** What a failure comes to after this attempt. */
export function failed(error: unknown, attempt: number, retry: Required<Retry>, random: Random): Outcome {
  const text = errorText(error)
  if (error instanceof GaveUp || attempt >= retry.attemptsMax) return { kind: 'dead', error: text }
  return { kind: 'failed', error: text, delayMs: retryDelayMs(attempt, retry, random) }
}

/** Wait after attempt number `attempt` (from 1): doubles each time; half of it at random, so that a crowd spreads. */
function retryDelayMs(attempt: number, { delayMs, delayMaxMs }: Required<Retry>, random: Random): number {
  const whole = Math.min(delayMaxMs, delayMs * 2 ** (attempt - 1))
  return whole / 2 + (whole / 2) * random()
}

/** Thrown by `giveUp`: no further attempt would change anything. */
export class GaveUp extends Error {}

const ERROR_LENGTH_MAX = 4000

/** For people: the stack where there is one, else what was thrown; of a length that a row can bear. */
function errorText(error: unknown): string {
  const text =
    error instanceof GaveUp ? error.message : error instanceof Error ? stackOf(error) : shown(error)
  // The database has no text with a null character, and no half of a surrogate pair.
  return text.slice(0, ERROR_LENGTH_MAX).replaceAll('\0', '').toWellFormed()
}

const stackOf = (error: Error): string => {
  const own = error.stack ?? `${error.name}: ${error.message}`
  return error.cause === undefined ? own : `${own}\nbecause of ${shown(error.cause)}`
}

function shown(thrown: unknown): string {
  if (thrown instanceof Error) return `${thrown.name}: ${thrown.message}`
  try {
    return String(thrown)
  } catch {
    return 'Something was thrown that has no text.'
  }
}
