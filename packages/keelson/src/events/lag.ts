/** How far events are behind: what a gauge shows. */
import type { Connections } from '../postgres/connections.js'

export interface EventLag {
  /** Events that are committed and have no position yet. */
  readonly unpositioned: number
  readonly subscribers: readonly SubscriberLag[]
}

export interface SubscriberLag {
  readonly name: string
  /** The last position that it has passed. */
  readonly position: number
  /** Positions that it has still to pass; events that it does not take count too. */
  readonly behind: number
  /** Keys that are tried again by themselves. */
  readonly retrying: number
  /** Keys that wait for somebody: `keelson events parked`. */
  readonly parked: number
  /** Events of such keys. */
  readonly held: number
  /** Since when the oldest event that it has not passed has had its position, in seconds; 0 where there is none. */
  readonly seconds: number
}

/** Beyond this nobody counts on. */
const COUNT_MAX = 100_000

/** In one snapshot, so that no event is between the two. */
const LAG = `
with last as (
  select coalesce(max(first_position + size - 1), 0) as position, coalesce(max(high), 0) as high,
    coalesce(range_agg(holes), '{}') as holes
  from (select * from keelson.event_batches order by first_position desc limit 1) as batch
)
select (
  select count(*)::int from (
    select from keelson.events where id > last.high
    union all
    select from unnest(last.holes) as hole join keelson.events e on e.id >= lower(hole) and e.id < upper(hole)
    limit ${COUNT_MAX}) as fresh) as unpositioned,
  s.name, s.position::float8 as position, greatest(0, last.position - s.position)::float8 as behind,
  (select count(*)::int from keelson.event_held_keys k where k.subscriber = s.name and k.next_try_at is not null) as retrying,
  (select count(*)::int from keelson.event_held_keys k where k.subscriber = s.name and k.next_try_at is null) as parked,
  (select count(*)::int from keelson.event_held h where h.subscriber = s.name) as held,
  coalesce((
    select greatest(0, extract(epoch from clock_timestamp() - b.moved_at)) from keelson.event_batches b
    where b.first_position + b.size - 1 > s.position order by b.first_position limit 1), 0)::float8 as seconds
from last left join keelson.subscribers s on true order by s.name`

export async function readLag(connections: Pick<Connections, 'query'>): Promise<EventLag> {
  type Row = SubscriberLag & Pick<EventLag, 'unpositioned'> & { readonly name: string | null }
  const { rows } = await connections.query<Row & Record<string, unknown>>(LAG)
  const subscribers = rows.flatMap(({ unpositioned: _unpositioned, ...lag }) =>
    lag.name === null ? [] : [lag as SubscriberLag],
  )
  return { unpositioned: rows[0]!.unpositioned, subscribers }
}
