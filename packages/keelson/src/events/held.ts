/**
 * Keys at which a subscriber has failed. Their events wait here, in order, and are tried again with backoff, while all
 * other keys go on; after the last try a key is parked until somebody retries or skips its first event.
 */
import type { Connections } from '../postgres/connections.js'
import type { Lease } from '../work/lease.js'
import type { StoredEvent } from './feed.js'
import { FENCED } from './fenced.js'

/** Why a key is held; `lost`: whoever handled it was lost meanwhile. */
export type HeldReason = 'failed' | 'lost' | 'unknown_version' | 'invalid_payload'

export interface Held {
  readonly key: string
  readonly reason: HeldReason
  /** What the handler said. */
  readonly error: string
  readonly attempts: number
  /** When it is tried again, in milliseconds from now; null: it is parked. */
  readonly retryMs: number | null
}

/** Keys tried in one round. */
const KEYS_MAX = 50

const DUE = `
select key, attempts, reason from keelson.event_held_keys
where subscriber = $1 and next_try_at <= clock_timestamp() order by next_try_at limit ${KEYS_MAX}`

export type DueKey = Pick<Held, 'key' | 'attempts' | 'reason'>

/** The keys whose time has come. */
export async function dueKeys(connections: Connections, subscriber: string): Promise<readonly DueKey[]> {
  type Row = { -readonly [K in keyof DueKey]: DueKey[K] }
  return (await connections.query<Row>(DUE, [subscriber])).rows
}

const FIRST = `
select position::text, id::text, name, version, key, payload, occurred_at as "occurredAt", traceparent from keelson.event_held
where subscriber = $1 and key = $2 order by position limit 1`

/** The event that all others of its key wait for. */
export async function firstHeld(
  connections: Connections,
  subscriber: string,
  key: string,
): Promise<StoredEvent | undefined> {
  const { rows } = await connections.query<Omit<StoredEvent, 'position'> & { position: string }>(FIRST, [
    subscriber,
    key,
  ])
  return rows[0] === undefined ? undefined : { ...rows[0], position: Number(rows[0].position) }
}

const DONE = `${FENCED},
tries as (
  update keelson.event_held_keys set attempts = 0 where subscriber = $3 and key = $4 and exists (select from fenced)
),
marks as (
  delete from keelson.event_marks where subscriber = $3 and position = $5 and exists (select from fenced)
)
delete from keelson.event_held where subscriber = $3 and position = $5 and exists (select from fenced)`

/** The effects of a held event are committed, with their mark: both may go. */
export async function heldDone(
  connections: Connections,
  subscriber: string,
  { key, position }: StoredEvent,
  lease: Lease,
): Promise<void> {
  await connections.query(DONE, [lease.name, lease.fence, subscriber, key, position])
}

const FREE = `${FENCED}
delete from keelson.event_held_keys where subscriber = $3 and key = $4 and exists (select from fenced)
and not exists (select from keelson.event_held where subscriber = $3 and key = $4)`

/** A key without events is free again. Returns whether it is. */
export async function freeKey(
  connections: Connections,
  subscriber: string,
  key: string,
  lease: Lease,
): Promise<boolean> {
  const { rowCount } = await connections.query(FREE, [lease.name, lease.fence, subscriber, key])
  return rowCount === 1
}

const AGAIN = `${FENCED},
tried as (
  update keelson.subscribers set trying_position = null, trying_key = null
  where name = $3 and trying_key = $4 and exists (select from fenced)
)
update keelson.event_held_keys
set reason = $5, error = $6, attempts = $7, next_try_at = clock_timestamp() + $8::float8 * interval '1 ms'
where subscriber = $3 and key = $4 and exists (select from fenced)`

export async function holdAgain(
  connections: Connections,
  subscriber: string,
  { key, reason, error, attempts, retryMs }: Held,
  lease: Lease,
): Promise<void> {
  await connections.query(AGAIN, [lease.name, lease.fence, subscriber, key, reason, error, attempts, retryMs])
}
