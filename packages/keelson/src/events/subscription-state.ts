/** Where a subscriber stands, as the database knows it: read when its lease is taken. */
import type { Connections } from '../postgres/connections.js'
import type { Lease } from '../work/lease.js'
import { FENCED } from './fenced.js'
import { RESET_POSITION } from './marks.js'

export interface SubscriptionState {
  position: number
  /** Positions beyond it that are done: their effects were committed before the last holder ended. */
  readonly done: ReadonlySet<number>
  /** Keys whose events wait, in this process's knowledge. */
  readonly heldKeys: Set<string>
}

const REGISTER = `${FENCED}
insert into keelson.subscribers (name, position, resets)
select $3, case when $4 then coalesce((select first_position + size - 1 from keelson.event_batches order by first_position desc limit 1), 0) else 0 end, $5
from fenced on conflict (name) do update set resets = excluded.resets`

/** Held events that were done just before the last holder ended, and keys that a newer version of the code may know. */
const TIDY = `${FENCED},
done as (
  delete from keelson.event_held h using keelson.event_marks m
  where h.subscriber = $3 and m.subscriber = h.subscriber and m.position = h.position and exists (select from fenced)
)
update keelson.event_held_keys set next_try_at = clock_timestamp()
where subscriber = $3 and reason = 'unknown_version' and next_try_at is null and exists (select from fenced)`

const STATE = `
select position::text,
  array(select position::text from keelson.event_marks where subscriber = $1) as done,
  array(select key from keelson.event_held_keys where subscriber = $1) as held
from keelson.subscribers where name = $1`

/** What its code says of a subscriber. */
export interface Registration {
  readonly subscriber: string
  /** Where it begins when it is new: with what comes from now on, or at the first event. */
  readonly fromNow: boolean
  /** Whether it can empty what it has built. */
  readonly resets: boolean
}

/** Registers the subscriber where it is new. */
export async function loadState(
  connections: Connections,
  { subscriber, fromNow, resets }: Registration,
  lease: Lease,
): Promise<SubscriptionState> {
  await connections.query(REGISTER, [lease.name, lease.fence, subscriber, fromNow, resets])
  await connections.query(TIDY, [lease.name, lease.fence, subscriber])
  const read = async (): Promise<{ position: string; done: string[]; held: string[] } | undefined> =>
    (await connections.query<{ position: string; done: string[]; held: string[] }>(STATE, [subscriber]))
      .rows[0]
  let row = await read()
  if (row?.done.includes(String(RESET_POSITION))) {
    await beginAnew(connections, subscriber, lease)
    row = await read()
  }
  if (row === undefined) throw new Error(`The subscriber ${subscriber} is led by another process now.`)
  return {
    position: Number(row.position),
    done: new Set(row.done.map(Number)),
    heldKeys: new Set(row.held),
  }
}

const ANEW = `${FENCED},
keys as (delete from keelson.event_held_keys where subscriber = $3 and exists (select from fenced)),
held as (delete from keelson.event_held where subscriber = $3 and exists (select from fenced)),
marks as (delete from keelson.event_marks where subscriber = $3 and exists (select from fenced))
update keelson.subscribers set position = 0, rebuild_requested_at = null, trying_position = null, trying_key = null
where name = $3 and exists (select from fenced)`

/** After the subscriber was emptied, which its mark tells: from the first event that there is. */
export async function beginAnew(connections: Connections, subscriber: string, lease: Lease): Promise<void> {
  await connections.query(ANEW, [lease.name, lease.fence, subscriber])
}

const WANTED = `
select s.rebuild_requested_at is not null as "isRebuild",
  (select extract(epoch from min(next_try_at) - clock_timestamp()) * 1000 from keelson.event_held_keys k where k.subscriber = s.name)::float8 as "retryMs"
from keelson.subscribers s where s.name = $1`

/** What somebody has asked for, and when the next held key is due (in milliseconds from now; null: none is). */
export async function readWishes(
  connections: Connections,
  subscriber: string,
): Promise<{ readonly isRebuild: boolean; readonly retryMs: number | null }> {
  const { rows } = await connections.query<{ isRebuild: boolean; retryMs: number | null }>(WANTED, [
    subscriber,
  ])
  return rows[0] ?? { isRebuild: false, retryMs: null }
}
