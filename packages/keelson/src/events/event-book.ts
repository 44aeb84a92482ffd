/**
 * What an operator sees of subscribers and does about them, in the database alone: the application need not run. What is
 * asked for here is done by the process that leads the subscriber, at once where one runs.
 */
import type { Connections } from '../postgres/connections.js'
import { leaseOf } from './fenced.js'
import { readLag, type EventLag } from './lag.js'

/** A key whose events wait. */
export interface HeldKey {
  readonly subscriber: string
  readonly key: string
  /** `retrying`: it is tried again by itself. */
  readonly state: 'parked' | 'retrying'
  readonly reason: string
  readonly error: string
  readonly attempts: number
  /** Events that wait, the one that failed included. */
  readonly events: number
  readonly since: string
  /** The event that all others of the key wait for. */
  readonly first: HeldEvent | null
}

export interface HeldEvent {
  readonly id: string
  readonly name: string
  readonly version: number
  readonly occurredAt: string
  /** JSON. */
  readonly payload: string
}

/** Some keys of a subscriber, or all that are parked. */
export interface KeyChoice {
  readonly subscriber: string
  readonly keys: readonly string[] | undefined
}

const FIRST =
  "json_build_object('id', h.id::text, 'name', h.name, 'version', h.version, 'occurredAt', h.occurred_at, 'payload', h.payload)"

const HELD = `
select k.subscriber, k.key, case when k.next_try_at is null then 'parked' else 'retrying' end as state, k.reason, k.error, k.attempts,
  to_json(k.held_at) #>> '{}' as since,
  (select count(*)::int from keelson.event_held h where h.subscriber = k.subscriber and h.key = k.key) as events,
  (select ${FIRST} from keelson.event_held h where h.subscriber = k.subscriber and h.key = k.key order by h.position limit 1) as first
from keelson.event_held_keys k
where ($1::text is null or k.subscriber = $1)
order by k.next_try_at is not null, k.held_at limit $2`

const RETRY = `
update keelson.event_held_keys set next_try_at = clock_timestamp(), attempts = 0
where subscriber = $1 and ($2::text[] is null and next_try_at is null or key = any($2)) returning key`

/** Only of a parked key: one that is tried again by itself may be under way. */
const SKIP = `
with parked as (
  select from keelson.event_held_keys where subscriber = $1 and key = $2 and next_try_at is null for update
),
gone as (
  delete from keelson.event_held h where h.subscriber = $1 and exists (select from parked) and h.position = (
    select min(position) from keelson.event_held where subscriber = $1 and key = $2)
  returning ${FIRST} as event
),
freed as (
  update keelson.event_held_keys set next_try_at = clock_timestamp(), attempts = 0
  where subscriber = $1 and key = $2 and exists (select from gone)
)
select event from gone`

const REBUILD = `
update keelson.subscribers set rebuild_requested_at = clock_timestamp() where name = $1 and resets
returning (select first_position::text from keelson.event_batches order by first_position limit 1) as first`

const REMOVE = `
with gone as (
  delete from keelson.subscribers where name = $1
  and not exists (select from keelson.leases where name = $2 and expires_at > clock_timestamp()) returning name
),
keys as (delete from keelson.event_held_keys using gone where subscriber = gone.name),
held as (delete from keelson.event_held using gone where subscriber = gone.name),
marks as (delete from keelson.event_marks using gone where subscriber = gone.name)
select name from gone`

export class EventBook {
  readonly #connections: Connections

  constructor(connections: Connections) {
    this.#connections = connections
  }

  lag(): Promise<EventLag> {
    return readLag(this.#connections)
  }

  /** Keys whose events wait, the parked ones first, the oldest first. */
  async held(subscriber: string | undefined, limit: number): Promise<HeldKey[]> {
    const { rows } = await this.#connections.query<HeldKey & Record<string, unknown>>(HELD, [
      subscriber ?? null,
      limit,
    ])
    return rows
  }

  /** Tries keys again, at once and with all their attempts; returns which. */
  async retry({ subscriber, keys }: KeyChoice): Promise<string[]> {
    const { rows } = await this.#connections.query<{ key: string }>(RETRY, [subscriber, keys ?? null])
    await this.#wake()
    return rows.map(({ key }) => key)
  }

  /** Drops the event that a parked key waits for, and returns it; undefined where the key is not parked. */
  async skip(subscriber: string, key: string): Promise<HeldEvent | undefined> {
    const { rows } = await this.#connections.query<{ event: HeldEvent }>(SKIP, [subscriber, key])
    await this.#wake()
    return rows[0]?.event
  }

  /**
   * Asks for a subscriber to be emptied and to begin anew; returns the position of the first event that is still kept
   * (1: none are gone), or undefined where there is no such subscriber or its code has no `reset`.
   */
  async rebuild(subscriber: string): Promise<number | undefined> {
    const { rows } = await this.#connections.query<{ first: string | null }>(REBUILD, [subscriber])
    await this.#wake()
    return rows[0] === undefined ? undefined : Number(rows[0].first ?? 1)
  }

  /** Forgets a subscriber that no process leads. Returns whether it was forgotten. */
  async remove(subscriber: string): Promise<boolean> {
    const { rowCount } = await this.#connections.query(REMOVE, [subscriber, leaseOf(subscriber)])
    return rowCount === 1
  }

  /** As a process would; see `WakeUpLine`. */
  async #wake(): Promise<void> {
    await this.#connections.query("select pg_notify('keelson', 'operator keelson.subscribers')")
  }
}
