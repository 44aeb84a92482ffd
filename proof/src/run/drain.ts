/**
 * After the last fault of a round the system must come to rest by itself: every command known, every process ready, no
 * session of the service that holds a transaction or a lock. What is left after ten seconds is a finding.
 */
import type { Finding } from '../checker/finding.js'
import type { World } from '../world/world.js'
import type { Load } from './parts.js'
import { within } from './within.js'

export interface DrainLimits {
  readonly drainMs: number
  readonly pollMs: number
}

/** A last look begins in time, and may then take this long. */
const LOOK_MS_MIN = 1000

export const DRAIN: DrainLimits = { drainMs: 10_000, pollMs: 100 }

/** What is asked whether it rests. */
type Resting = Pick<World, 'apps' | 'sql' | 'pause'>

export interface Drained {
  readonly tookMs: number
  readonly findings: readonly Finding[]
}

/** Stops the load and waits. Ends early, without findings, when the run is broken off. */
export async function drain(
  load: Load,
  world: Resting,
  nowMs: () => number,
  signal: AbortSignal,
  { drainMs, pollMs }: DrainLimits = DRAIN,
): Promise<Drained> {
  const beganMs = nowMs()
  load.stop()
  for (;;) {
    const leftMs = beganMs + drainMs - nowMs()
    const left = await leftovers(load, world, Math.max(LOOK_MS_MIN, leftMs))
    const tookMs = nowMs() - beganMs
    if (left.length === 0 || signal.aborted) return { tookMs, findings: [] }
    if (tookMs >= drainMs) return { tookMs, findings: [notDrained(left, drainMs)] }
    await world.pause(pollMs)
  }
}

const notDrained = (left: readonly string[], drainMs: number): Finding => ({
  anomaly: 'not-drained',
  workload: 'all',
  message: `${drainMs / 1000} s after the load stopped the system had not come to rest.`,
  evidence: left,
})

async function leftovers(load: Load, world: Resting, limitMs: number): Promise<string[]> {
  const [apps, sessions] = await Promise.all([
    Promise.all(world.apps.map((app) => notReady(app.name, app.url, limitMs))),
    busySessions(world, limitMs),
  ])
  const commands = load.outstanding === 0 ? [] : [`${load.outstanding} commands without a known outcome`]
  return [...commands, ...apps.flat(), ...sessions]
}

async function notReady(name: string, url: string, limitMs: number): Promise<string[]> {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(Math.ceil(limitMs)) })
    const body = await response.text()
    return response.status === 200
      ? []
      : [`${name}: /readyz answers ${response.status} ${body.slice(0, 200)}`]
  } catch (error) {
    return [`${name}: /readyz does not answer: ${wordsOf(error)}`]
  }
}

interface BusySession {
  readonly pid: number
  readonly state: string | null
  readonly seconds: number
  readonly locks: string | null
  readonly query: string
}

/** Its virtual transaction id every session locks for itself; that one says nothing. */
const BUSY_SESSIONS = `
select a.pid, a.state, extract(epoch from clock_timestamp() - a.state_change)::float8 as seconds, l.locks,
       left(a.query, 160) as query
from pg_stat_activity a
left join lateral (
  select string_agg(distinct concat_ws(' ', locktype, relation::regclass::text, mode), ', ') as locks
  from pg_locks where pid = a.pid and locktype <> 'virtualxid'
) l on true
where a.application_name = 'keelson' and a.datname = current_database()
  and (a.state like 'idle in transaction%' or l.locks is not null)
order by a.pid`

async function busySessions(world: Resting, limitMs: number): Promise<string[]> {
  try {
    const rows = await within(limitMs, 'A look at the sessions', world.sql<BusySession>(BUSY_SESSIONS))
    return rows.map(
      ({ pid, state, seconds, locks, query }) =>
        `session ${pid}: ${state ?? 'unknown'} for ${seconds.toFixed(1)} s, locks: ${locks ?? 'none'}; ${query}`,
    )
  } catch (error) {
    return [`The database does not answer: ${wordsOf(error)}`]
  }
}

const wordsOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : ''
  return `${error.message}${cause}`
}
