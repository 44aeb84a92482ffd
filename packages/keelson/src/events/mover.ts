/**
 * The mover: gives each event that has become visible its position, so that subscribers can page through all events and miss
 * none. It is one process at a time, by lease, and what it writes is bound to its fence. Why it is needed, and why its
 * order is right: docs/decisions/0011.
 *
 * An event's number is drawn in its flush, after the lock of its key: of one key, a lower number is visible before a
 * higher one. Over all keys numbers become visible in any order. So each look takes what is visible and was not taken
 * before: above the highest number seen, and in the holes beneath it. Holes delay nobody; one is forgotten when every
 * transaction has ended that could still fill it.
 */
import { pause, type Scheduler } from '../internal/clock.js'
import type { Connections } from '../postgres/connections.js'
import type { Lease } from '../work/lease.js'
import type { LedWork } from '../work/led.js'
import type { WakeUps } from '../work/wake-ups.js'
import { EVENTS } from './outbox.js'
import { parseRanges, rangesOf, rangesText, without, type Range } from './ranges.js'

/** Said when events have got positions. */
export const POSITIONS = 'keelson.event_batches'

/** Events of one look. */
export const EVENTS_MAX = 5000
/** A batch is added to up to this size, so that few rows say much. */
const BATCH_EVENTS_MAX = 2000
/** At most one look in this time: under load each takes more. */
export const LOOK_EVERY_MS = 20
/** Wake-ups may get lost. */
const POLL_MS = 1000
/** A hole that is older is looked at seldom. */
const FRESH_MS = 5000
const STALE_LOOK_EVERY_MS = 1000

interface Hole extends Range {
  /** Every transaction that may fill it is older than this transaction id. */
  readonly bornXid: bigint
  readonly bornMs: number
}

interface State {
  /** Position of the next event. */
  next: number
  high: number
  holes: readonly Hole[]
  /** The batch that may be added to: where it begins, and its highest id. */
  last: { readonly first: number; size: number; highest: number } | undefined
  staleLookedMs: number
}

const LOAD = `
select first_position::text as first, size, coalesce(upper(ids), 1)::text as end, high::text, holes::text,
  pg_current_xact_id()::text as xid
from keelson.event_batches order by first_position desc limit 1`

/** In one snapshot: the new, those in holes, and which transactions have ended. */
const LOOK = `
(select id::text, null as xmin from keelson.events where id > $1 order by keelson.events.id limit ${EVENTS_MAX})
union all
select e.id::text, null from unnest($2::int8[], $3::int8[]) as hole (low, high)
cross join lateral (select id from keelson.events where id between hole.low and hole.high) as e
union all
select null, pg_snapshot_xmin(pg_current_snapshot())::text`

const FENCED = `
with fenced as (
  update keelson.leases set expires_at = clock_timestamp() + $3::float8 * interval '1 ms'
  where name = $1 and fence = $2 returning name
)`

/** Both rest on the batch that was last: where the database is another one than we think, nothing is written. */
const ADD = `${FENCED}
update keelson.event_batches set ids = ids + $6::int8multirange, size = size + $7::int4, high = $8, holes = $9::int8multirange,
  moved_at = clock_timestamp()
where first_position = $4 and size = $5::int4 and exists (select from fenced)
  and not exists (select from keelson.event_batches where first_position > $4)
returning pg_current_xact_id()::text as xid`

const BEGIN = `${FENCED}
insert into keelson.event_batches (first_position, ids, size, high, holes)
select $4::int8 + $5::int4, $6::int8multirange, $7::int4, $8::int8, $9::int8multirange from fenced
where $4::int8 + $5::int4 = coalesce((select first_position + size from keelson.event_batches order by first_position desc limit 1), 1)
returning pg_current_xact_id()::text as xid`

export interface MoverParts {
  readonly connections: Connections
  readonly wakeUps: WakeUps
  readonly scheduler: Scheduler
  readonly leaseMs: number
}

export class Mover implements LedWork {
  readonly name = 'events mover'
  readonly wakeOn = [EVENTS.name]
  readonly #parts: MoverParts
  #state: State | undefined
  #fence: string | undefined

  constructor(parts: MoverParts) {
    this.#parts = parts
  }

  async lead(lease: Lease, signal: AbortSignal): Promise<number> {
    // What another has written meanwhile is not known here.
    if (this.#fence !== lease.fence) this.#state = undefined
    this.#fence = lease.fence
    try {
      const state = (this.#state ??= await this.#load())
      const { isFull, moved } = await this.#move(state, lease)
      if (moved > 0) {
        this.#parts.wakeUps.signal(POSITIONS)
        if (!isFull && !signal.aborted) await pause(this.#parts.scheduler, LOOK_EVERY_MS)
      }
      return isFull ? 0 : state.holes.some(isFresh) ? POLL_MS / 10 : POLL_MS
    } catch (error) {
      // The database may be another one now, as it was a moment ago.
      this.#state = undefined
      throw error
    }
  }

  async #load(): Promise<State> {
    const { rows } = await this.#parts.connections.query<{
      first: string
      size: number
      end: string
      high: string
      holes: string
      xid: string
    }>(LOAD)
    const row = rows[0]
    if (row === undefined) return { next: 1, high: 0, holes: [], last: undefined, staleLookedMs: 0 }
    const first = Number(row.first)
    const bornMs = performance.now()
    return {
      next: first + row.size,
      high: Number(row.high),
      holes: parseRanges(row.holes).map((range) => ({ ...range, bornXid: BigInt(row.xid), bornMs })),
      last: { first, size: row.size, highest: Number(row.end) - 1 },
      staleLookedMs: 0,
    }
  }

  async #move(state: State, lease: Lease): Promise<{ isFull: boolean; moved: number }> {
    const nowMs = performance.now()
    const looksAtAll = nowMs - state.staleLookedMs > STALE_LOOK_EVERY_MS
    if (looksAtAll) state.staleLookedMs = nowMs
    const looked = looksAtAll ? state.holes : state.holes.filter(isFresh)
    const { ids, fresh, xmin } = await this.#look(state.high, looked)
    const dead = new Set(looked.filter(({ bornXid }) => bornXid <= xmin))
    if (ids.length > 0) {
      const high = fresh.at(-1) ?? state.high
      const left = state.holes.filter((hole) => !dead.has(hole)).flatMap((hole) => cut(hole, ids))
      const between = without(state.high < high ? [{ low: state.high + 1, high }] : [], fresh)
      const xid = await this.#write(state, ids, high, [...left, ...between], lease)
      state.holes = [...left, ...between.map((range) => ({ ...range, bornXid: xid, bornMs: nowMs }))]
      state.high = high
    } else if (dead.size > 0) {
      state.holes = state.holes.filter((hole) => !dead.has(hole))
    }
    return { isFull: fresh.length === EVENTS_MAX, moved: ids.length }
  }

  async #look(
    high: number,
    holes: readonly Hole[],
  ): Promise<{ ids: number[]; fresh: number[]; xmin: bigint }> {
    const { rows } = await this.#parts.connections.query<{ id: string | null; xmin: string | null }>(LOOK, [
      high,
      holes.map((hole) => hole.low),
      holes.map((hole) => hole.high),
    ])
    const ids = rows.flatMap(({ id }) => (id === null ? [] : [Number(id)])).sort((one, two) => one - two)
    const xmin = BigInt(rows.find((row) => row.xmin !== null)!.xmin!)
    return { ids, fresh: ids.filter((id) => id > high), xmin }
  }

  /** Returns a transaction id that is higher than that of everyone who drew a number before. */
  async #write(
    state: State,
    ids: readonly number[],
    high: number,
    holes: readonly Range[],
    lease: Lease,
  ): Promise<bigint> {
    const { last } = state
    const isAdded = last !== undefined && last.size < BATCH_EVENTS_MAX && last.highest < ids[0]!
    const { rows } = await this.#parts.connections.query<{ xid: string }>(isAdded ? ADD : BEGIN, [
      lease.name,
      lease.fence,
      this.#parts.leaseMs,
      last?.first ?? 1,
      last?.size ?? 0,
      rangesText(rangesOf(ids)),
      ids.length,
      high,
      rangesText([...holes].sort((one, two) => one.low - two.low)),
    ])
    const [row] = rows
    if (row === undefined) {
      lease.lose()
      throw new Error('Another process gives events their positions now.')
    }
    const highest = ids.at(-1)!
    if (isAdded) {
      last.size += ids.length
      last.highest = highest
    } else state.last = { first: state.next, size: ids.length, highest }
    state.next += ids.length
    return BigInt(row.xid)
  }
}

const isFresh = ({ bornMs }: Hole): boolean => performance.now() - bornMs < FRESH_MS

const cut = (hole: Hole, ids: readonly number[]): Hole[] =>
  without([hole], ids).map((range) => ({ ...range, bornXid: hole.bornXid, bornMs: hole.bornMs }))
