/**
 * A list or a count as it would be after the predecessors in the group: the rows that the database told under the lock,
 * and those that the group has changed since. Undefined wherever SQL might answer otherwise.
 */
import { keyOf, type Tuple } from '../schema/table.js'
import { Matcher } from './match.js'
import type { Shape } from './port.js'

/** A row that the group writes: as it was locked, and as it is now. */
export interface ChangedRow {
  readonly key: string
  readonly base: Tuple | null
  readonly tuple: Tuple | null
  /** Holds a value whose stored form only the database knows. */
  readonly opaque: boolean
}

export function overlaidRead(
  shape: Shape,
  parameters: readonly string[],
  stored: readonly Tuple[],
  changed: Iterable<ChangedRow>,
): readonly Tuple[] | undefined {
  // Equal keys with different texts could be one row.
  if (!shape.table.keyIsText) return undefined
  const matcher = new Matcher(shape, parameters)
  return shape.result === 'count'
    ? overlaidCount(shape, matcher, Number(stored[0]![0]), changed)
    : overlaidRows(shape, matcher, stored, changed)
}

function overlaidCount(
  shape: Shape,
  matcher: Matcher,
  stored: number,
  changed: Iterable<ChangedRow>,
): readonly Tuple[] | undefined {
  const { limit } = shape
  let difference = 0
  for (const row of changed) {
    const before = row.base === null ? false : matcher.matches(row.base, NONE)
    const after = row.tuple === null ? false : matchesNow(shape, matcher, row)
    if (before === undefined || after === undefined) return undefined
    difference += Number(after) - Number(before)
  }
  if (difference === 0) return [[String(stored)]]
  // Counted up to the limit: how many more there are is not known.
  const isFull = limit > 0 && stored >= limit
  if (isFull) return difference > 0 ? [[String(stored)]] : undefined
  const count = stored + difference
  return [[String(limit > 0 ? Math.min(limit, count) : count)]]
}

function overlaidRows(
  shape: Shape,
  matcher: Matcher,
  stored: readonly Tuple[],
  changed: Iterable<ChangedRow>,
): readonly Tuple[] | undefined {
  const gone = new Set<string>()
  const come: Tuple[] = []
  for (const row of changed) {
    const isIn = row.tuple === null ? false : matchesNow(shape, matcher, row)
    if (isIn === undefined) return undefined
    // A row that matches is shown, and what it holds is not known.
    if (isIn && row.opaque) return undefined
    if (row.base !== null) gone.add(row.key)
    if (isIn) come.push(row.tuple!)
  }
  const kept = gone.size === 0 ? stored : stored.filter((tuple) => !gone.has(keyOf(shape.table, tuple)))
  if (come.length === 0 && kept.length === stored.length) return stored
  if (shape.skips) return undefined
  const merged = merge(kept, come, matcher)
  if (merged === undefined) return undefined
  const isWhole = shape.limit === 0 || stored.length < shape.limit
  return isWhole ? cut(merged, shape.limit) : beginning(merged, stored.at(-1)!, shape.limit, matcher)
}

/** The list was cut by its limit: past the last row that was told there may be others that nobody knows. */
function beginning(
  merged: readonly Tuple[],
  last: Tuple,
  limit: number,
  matcher: Matcher,
): readonly Tuple[] | undefined {
  const known: Tuple[] = []
  for (const tuple of merged) {
    const sign = matcher.compare(tuple, last)
    if (sign === undefined) return undefined
    if (sign <= 0) known.push(tuple)
  }
  return known.length >= limit ? known.slice(0, limit) : undefined
}

const cut = (tuples: readonly Tuple[], limit: number): readonly Tuple[] =>
  limit > 0 && tuples.length > limit ? tuples.slice(0, limit) : tuples

/** `kept` is in order; those that come are put where they belong. */
function merge(kept: readonly Tuple[], come: readonly Tuple[], matcher: Matcher): Tuple[] | undefined {
  const merged = [...kept]
  for (const tuple of come) {
    let [low, high] = [0, merged.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      const sign = matcher.compare(merged[middle]!, tuple)
      if (sign === undefined) return undefined
      if (sign <= 0) low = middle + 1
      else high = middle
    }
    merged.splice(low, 0, tuple)
  }
  return merged
}

const NONE = (): boolean => false

function matchesNow(
  shape: Shape,
  matcher: Matcher,
  { base, tuple, opaque }: ChangedRow,
): boolean | undefined {
  if (!opaque) return matcher.matches(tuple!, NONE)
  const { columns, computed } = shape.table
  // What was locked is certain, unless the database computes it from what has changed.
  const isUncertain = (column: number): boolean =>
    !columns[column]!.codec.exact && (computed || base === null || base[column] !== tuple![column])
  return matcher.matches(tuple!, isUncertain)
}
