/**
 * How a subscriber's effects and its position commit together. The effects of each event commit with a mark of its own, so
 * that events of different keys need not wait for each other; when a page of events is done, the position goes past it
 * and their marks go. Marks are bound to the fence of the subscriber's lease by a trigger that keeps the lease from being
 * taken until their commit: one that was overtaken can commit nothing any more.
 */
import type { EffectRow, EffectTable } from '../engine/port.js'
import type { Connections } from '../postgres/connections.js'
import type { Lease } from '../work/lease.js'
import type { StoredEvent } from './feed.js'
import { FENCED } from './fenced.js'
import type { Held } from './held.js'

export const MARKS: EffectTable = Object.freeze({
  name: 'keelson.event_marks',
  columns: Object.freeze([
    { name: 'subscriber', type: 'text' },
    { name: 'position', type: 'bigint' },
    { name: 'fence', type: 'bigint' },
  ]),
})

export const markOf = (subscriber: string, position: number, { fence }: Lease): EffectRow => [
  subscriber,
  String(position),
  fence,
]

/** The mark of a subscriber that was emptied to begin anew: no event has this position. */
export const RESET_POSITION = 0

/** Whether a commit failed since the lease was lost, or since another has done the very same. */
export function isOvertaken(error: unknown): boolean {
  const { sqlState, constraint } = ((error as { cause?: unknown }).cause ?? {}) as {
    sqlState?: string
    constraint?: string
  }
  return sqlState === '23K01' || constraint === 'event_marks_pkey'
}

const ADVANCE = `${FENCED},
keys as (
  insert into keelson.event_held_keys (subscriber, key, reason, error, attempts, next_try_at)
  select $3, k.key, k.reason, k.error, k.attempts, clock_timestamp() + k.ms * interval '1 ms'
  from unnest($5::text[], $6::text[], $7::text[], $8::int4[], $9::float8[]) as k (key, reason, error, attempts, ms), fenced
  on conflict do nothing
),
held as (
  insert into keelson.event_held (subscriber, position, id, name, version, key, payload, occurred_at, traceparent)
  select $3, h.* from unnest($10::int8[], $11::int8[], $12::text[], $13::int4[], $14::text[], $15::text[], $16::timestamptz[], $17::text[]) as h, fenced
  on conflict do nothing
),
marks as (
  delete from keelson.event_marks where subscriber = $3 and position between 1 and $4 and exists (select from fenced)
)
update keelson.subscribers set position = $4, trying_position = null, trying_key = null
where name = $3 and exists (select from fenced)`

/**
 * Goes past a page: stores what is held, takes the position to `end`, removes the marks. Returns false where the lease was
 * lost.
 */
export async function advance(
  connections: Connections,
  subscriber: string,
  end: number,
  held: { readonly keys: readonly Held[]; readonly events: readonly StoredEvent[] },
  lease: Lease,
): Promise<boolean> {
  const { keys, events } = held
  const { rowCount } = await connections.query(ADVANCE, [
    lease.name,
    lease.fence,
    subscriber,
    end,
    keys.map(({ key }) => key),
    keys.map(({ reason }) => reason),
    keys.map(({ error }) => error),
    keys.map(({ attempts }) => attempts),
    keys.map(({ retryMs }) => retryMs),
    events.map(({ position }) => position),
    events.map(({ id }) => id),
    events.map(({ name }) => name),
    events.map(({ version }) => version),
    events.map(({ key }) => key),
    events.map(({ payload }) => payload),
    events.map(({ occurredAt }) => occurredAt),
    events.map(({ traceparent }) => traceparent),
  ])
  return rowCount === 1
}
