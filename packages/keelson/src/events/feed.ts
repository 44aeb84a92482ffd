/** Events in the order of their positions, a page at a time. */
import type { Connections } from '../postgres/connections.js'
import { parseRanges, slice, type Range } from './ranges.js'

/** An event as it is stored. */
export interface StoredEvent {
  readonly position: number
  /** Its number, as text: the same for every subscriber and for good. */
  readonly id: string
  readonly name: string
  readonly version: number
  readonly key: string
  /** JSON. */
  readonly payload: string
  readonly occurredAt: Date
  /** The trace in which it came about; null where there was none. */
  readonly traceparent: string | null
}

export interface FeedPage {
  readonly events: readonly StoredEvent[]
  /** Everything up to here is in the page, or is none of the events asked for. */
  readonly end: number
  /** Whether there may be more. */
  readonly isFull: boolean
}

/** Batches of one page. */
const BATCHES_MAX = 50

const BATCHES = `
select first_position::text as first, ids::text from keelson.event_batches
where first_position >= coalesce((select max(first_position) from keelson.event_batches where first_position <= $1), 0)
order by first_position limit ${BATCHES_MAX}`

const EVENTS = `
select e.id::text, e.name, e.version, e.key, e.payload, e.occurred_at as "occurredAt", e.traceparent
from unnest($1::int8[], $2::int8[]) as part (low, high)
cross join lateral (select * from keelson.events where id between part.low and part.high and name = any($3)) as e`

/** Up to `limit` events of these names after a position. */
export async function readPage(
  connections: Connections,
  after: number,
  names: readonly string[],
  limit: number,
): Promise<FeedPage> {
  const { rows: batches } = await connections.query<{ first: string; ids: string }>(BATCHES, [after + 1])
  const parts: PositionedRange[] = []
  let end = after
  let left = limit
  for (const { first, ids } of batches) {
    if (left === 0) break
    const begin = Number(first)
    let position = Math.max(begin, end + 1)
    for (const range of slice(parseRanges(ids), position - begin, left)) {
      parts.push({ ...range, position })
      position += sizeOf(range)
      left -= sizeOf(range)
    }
    end = position - 1
  }
  if (parts.length === 0) return { events: [], end: after, isFull: false }
  const events = await readParts(connections, parts, names)
  return { events, end, isFull: left === 0 || batches.length === BATCHES_MAX }
}

/** Numbers in a row, whose positions are in a row too, from this one on. */
interface PositionedRange extends Range {
  readonly position: number
}

const sizeOf = ({ low, high }: Range): number => high - low + 1

async function readParts(
  connections: Connections,
  parts: readonly PositionedRange[],
  names: readonly string[],
): Promise<StoredEvent[]> {
  const { rows } = await connections.query<Omit<StoredEvent, 'position'>>(EVENTS, [
    parts.map(({ low }) => low),
    parts.map(({ high }) => high),
    names,
  ])
  const byId = new Map(rows.map((row) => [Number(row.id), row]))
  return parts.flatMap(({ low, high, position }) => {
    const found: StoredEvent[] = []
    for (let id = low; id <= high; id++) {
      const row = byId.get(id)
      if (row !== undefined) found.push({ ...row, position: position + id - low })
    }
    return found
  })
}
