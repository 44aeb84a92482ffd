/**
 * Events whose handling ends the process: nobody is left to count their tries. So whoever follows a leader that was lost goes
 * carefully at first, one event at a time, and says which one before it begins; who finds that a lost leader had said so
 * counts it as a try. An event that ends each process which touches it is parked like one that fails each time.
 */
import type { Connections } from '../postgres/connections.js'
import type { Lease } from '../work/lease.js'
import type { StoredEvent } from './feed.js'
import { FENCED } from './fenced.js'
import type { Held } from './held.js'

/** Why a key is held whose event was being tried when the process was lost. */
export class LostTry extends Error {
  constructor() {
    super('The process that handled it was lost.')
  }
}

const BEGIN = `${FENCED}
update keelson.subscribers set trying_position = $4, trying_key = $5 where name = $3 and exists (select from fenced)`

/** Says, before an event is tried, that it is. Overwritten by the next one, and forgotten when the position moves. */
export async function beginTry(
  connections: Connections,
  subscriber: string,
  { position, key }: StoredEvent,
  lease: Lease,
): Promise<void> {
  await connections.query(BEGIN, [lease.name, lease.fence, subscriber, position, key])
}

/** Not where its effects are committed, or where it was dealt with in another way. */
const BEGUN = `
select s.trying_key as key, coalesce(k.attempts, 0) as attempts
from keelson.subscribers s left join keelson.event_held_keys k on k.subscriber = s.name and k.key = s.trying_key
where s.name = $1 and s.trying_position is not null
  and not exists (select from keelson.event_marks m where m.subscriber = s.name and m.position = s.trying_position)
  and (s.trying_position > s.position
    or exists (select from keelson.event_held h where h.subscriber = s.name and h.position = s.trying_position))`

/** The key of the event that a leader before had begun to try, and the tries that are counted already. */
export async function tryBegun(
  connections: Connections,
  subscriber: string,
): Promise<{ readonly key: string; readonly attempts: number } | undefined> {
  return (await connections.query<{ key: string; attempts: number }>(BEGUN, [subscriber])).rows[0]
}

const COUNT = `${FENCED},
counted as (
  insert into keelson.event_held_keys (subscriber, key, reason, error, attempts, next_try_at)
  select $3, $4, $5, $6, $7, clock_timestamp() + $8::float8 * interval '1 ms' from fenced
  on conflict (subscriber, key) do update
  set reason = excluded.reason, error = excluded.error, attempts = excluded.attempts, next_try_at = excluded.next_try_at
)
update keelson.subscribers set trying_position = null, trying_key = null where name = $3 and exists (select from fenced)`

/** Counts a try that was lost: its key is held, and the next page puts its events there. */
export async function countLostTry(
  connections: Connections,
  subscriber: string,
  { key, reason, error, attempts, retryMs }: Held,
  lease: Lease,
): Promise<void> {
  const values = [lease.name, lease.fence, subscriber, key, reason, error, attempts, retryMs]
  await connections.query(COUNT, values)
}
