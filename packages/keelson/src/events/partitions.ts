/**
 * The tables behind keelson.events: ranges of numbers, made ahead of their use and dropped when all their events are old and
 * every subscriber has passed them. What comes faster than ranges are made is taken by a last partition for all the rest,
 * which is made a range of its own then.
 */
import type { Connection } from '../postgres/connection.js'
import type { Connections } from '../postgres/connections.js'
import { sqlStateOf } from '../postgres/sqlstate.js'
import type { LedWork } from '../work/led.js'

/** Numbers of a range, at first and at most: a range that lasted less than an hour is followed by one of double size. */
export const SIZE = 2 ** 20
export const SIZE_MAX = 2 ** 25
const SHORT_SECONDS = 3600
/** Ranges that must be ready beyond the one in use. */
const AHEAD = 2
export const EVERY_MS = 10_000
/** Commands wait while we wait for a lock on their table: not longer than this. Tried again the next time. */
export const LOCK_MS = 200

export interface Partition {
  readonly name: string
  /** The first number; undefined where there is no lower end. */
  readonly from: number | undefined
  /** The first number beyond. */
  readonly to: number
}

const BOUNDS = `
select c.relname as name, pg_get_expr(c.relpartbound, c.oid) as bounds
from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'keelson.events'::regclass`

/** The ranges, from the lowest on; without the last partition. */
export async function partitionsOf(connections: Connections): Promise<Partition[]> {
  const { rows } = await connections.query<{ name: string; bounds: string }>(BOUNDS)
  return rows
    .flatMap(({ name, bounds }) => {
      const match = /FROM \(('?-?\d+'?|MINVALUE)\) TO \('?(-?\d+)'?\)/.exec(bounds)
      if (match === null) return []
      const from = match[1] === 'MINVALUE' ? undefined : Number(match[1]!.replaceAll("'", ''))
      return [{ name, from, to: Number(match[2]) }]
    })
    .sort((one, two) => one.to - two.to)
}

export interface PartitionParts {
  readonly connections: Connections
  /** How long events are kept at least, in seconds. */
  readonly keepSeconds: number
}

export class EventPartitions implements LedWork {
  readonly name = 'events partitions'
  readonly wakeOn = []
  readonly #parts: PartitionParts

  constructor(parts: PartitionParts) {
    this.#parts = parts
  }

  async lead(): Promise<number> {
    await this.makeAhead()
    await this.dropOld()
    return EVERY_MS
  }

  /** Makes ranges until enough are ready, and one of what has come faster than that. */
  async makeAhead(): Promise<void> {
    const { connections } = this.#parts
    const ranges = await partitionsOf(connections)
    const next = await nextNumber(connections)
    const { rows } = await connections.query<{ beyond: boolean }>(
      'select exists (select from keelson.events_beyond) as beyond',
    )
    let end: number | undefined = ranges.at(-1)?.to ?? 1
    if (rows[0]!.beyond) end = await this.#adopt(end)
    const size = await this.#size(ranges, next)
    let ready = ranges.filter(({ from }) => from !== undefined && from > next).length
    while (end !== undefined && ready < AHEAD) {
      if (end > next) ready++
      end = await this.#make(end, end + size)
    }
  }

  /** Drops ranges that nobody needs any more; returns their names. */
  async dropOld(): Promise<string[]> {
    const { connections, keepSeconds } = this.#parts
    const dropped: string[] = []
    for (const { name, to } of await partitionsOf(connections)) {
      const { rows } = await connections.query<{ isOld: boolean; last: string | null }>(DROPPABLE, [
        to,
        keepSeconds,
      ])
      const { isOld, last } = rows[0]!
      if (!isOld) break
      const isDropped = await this.#briefly(async (connection) => {
        await connection.script(`drop table keelson.${name}`)
        if (last !== null) await connection.query(FORGET, [last, to])
      })
      if (!isDropped) break
      dropped.push(name)
    }
    return dropped
  }

  /** Attached rather than made in place, which would lock out every command. Returns its end; undefined: not now. */
  async #make(from: number, to: number): Promise<number | undefined> {
    const name = `keelson.events_${from}`
    const isMade = await this.#briefly(async (connection) => {
      await connection.script(`create table ${name} (like keelson.events including all)`)
      await connection.script(`alter table ${name} add check (id >= ${from} and id < ${to})`)
      await connection.script(
        `alter table keelson.events attach partition ${name} for values from (${from}) to (${to})`,
      )
    })
    return isMade ? to : undefined
  }

  /** The last partition holds events: it becomes the range that they are of. Returns its end; undefined: not now. */
  async #adopt(from: number): Promise<number | undefined> {
    let end: number | undefined
    await this.#briefly(async (connection) => {
      // Nobody draws a number from here on.
      await connection.script('lock table keelson.events in access exclusive mode')
      end = await nextNumber(connection)
      await connection.script(
        `alter table keelson.events detach partition keelson.events_beyond;
         alter table keelson.events_beyond rename to events_${from};
         alter index keelson.events_beyond_pkey rename to events_${from}_pkey;
         alter table keelson.events attach partition keelson.events_${from} for values from (${from}) to (${end});
         create table keelson.events_beyond partition of keelson.events default`,
      )
    })
    return end
  }

  /** As the last range, or twice that where a range of its size was used up within an hour. */
  async #size(ranges: readonly Partition[], next: number): Promise<number> {
    const last = ranges.at(-1)
    const size = last?.from === undefined ? SIZE : Math.max(SIZE, last.to - last.from)
    const used = ranges.findLast(({ from, to }) => from !== undefined && to <= next && to - from >= size)
    if (used === undefined) return size
    const { rows } = await this.#parts.connections.query<{ seconds: number | null }>(LASTED, [
      used.from,
      used.to,
    ])
    return (rows[0]?.seconds ?? SHORT_SECONDS) < SHORT_SECONDS ? Math.min(SIZE_MAX, 2 * size) : size
  }

  /** Returns false where the locks are not to be had soon. */
  async #briefly(work: (connection: Connection) => Promise<void>): Promise<boolean> {
    try {
      await this.#parts.connections.transaction(async (connection) => {
        await connection.script(`set local lock_timeout = ${LOCK_MS}`)
        await work(connection)
      })
      return true
    } catch (error) {
      if (sqlStateOf(error) !== '55P03') throw error
      return false
    }
  }
}

/** The number that is drawn next. */
async function nextNumber(connection: Pick<Connections, 'query'> | Connection): Promise<number> {
  // keelson-ignore unbounded-read -- A sequence is one row.
  const { rows } = await connection.query<{ next: string }>(
    'select (last_value + is_called::int)::text as next from keelson.event_ids',
    [],
  )
  return Number(rows[0]!.next)
}

/** From the first event of a range to its last. */
const LASTED = `
select extract(epoch from last.occurred_at - first.occurred_at)::float8 as seconds from
  (select occurred_at from keelson.events where id >= $1 and id < $2 order by id limit 1) as first,
  (select occurred_at from keelson.events where id >= $1 and id < $2 order by id desc limit 1) as last`

/**
 * Of the range up to $1: whether all its numbers have positions or can never come, every subscriber has passed them, and
 * the last of them got its position long ago. An empty range was never used, or is of numbers that never came.
 */
const DROPPABLE = `
with state as (
  select high, holes from keelson.event_batches order by first_position desc limit 1
),
covered as (
  select max(first_position + size - 1) as last, max(moved_at) as moved_at
  from keelson.event_batches where ids && int8multirange(int8range(null, $1))
)
select coalesce((
  select state.high >= $1::int8 and not state.holes && int8multirange(int8range(null, $1))
    and covered.last is not null
    and covered.moved_at < clock_timestamp() - make_interval(secs => $2)
    and not exists (select from keelson.subscribers where position < covered.last)
  from state, covered), false) as "isOld",
  (select last::text from covered)`

/** Positions of events that are no more; never the last batch, which the mover goes on from. */
const FORGET = `
delete from keelson.event_batches where first_position + size - 1 <= $1 and upper(ids) <= $2
and first_position < (select max(first_position) from keelson.event_batches)`
