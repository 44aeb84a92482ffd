/**
 * Whether a group can be accepted on what its members speculated, before anything is locked: then locks, comparison of
 * versions, flush and COMMIT go in one burst. Only for rows that exist, known by their keys: lists and absences are held
 * by guards, and must be read again under them.
 */
import { versionOf, type TableInfo, type Tuple } from '../schema/table.js'
import type { Member } from './member.js'
import type { LockedState, LockPlan } from './port.js'
import type { RecentRows } from './recent-rows.js'
import { writeLocksOf } from './write-locks.js'

export interface Speculated {
  readonly state: LockedState
  /** For each entry of `LockPlan.rows`, in the order of its keys. */
  readonly versions: readonly (readonly string[])[]
}

/** What would be locked, as far as is known; undefined where the long way must be gone. */
export function speculated(
  members: readonly Member[],
  plan: LockPlan,
  recent: RecentRows,
): Speculated | undefined {
  if (plan.reads.length > 0 || !members.every(isPlain)) return undefined
  const seen = rowsSeen(members)
  if (seen === undefined) return undefined
  const rows: ReadonlyMap<string, Tuple>[] = []
  const versions: string[][] = []
  for (const { table, keys } of plan.rows) {
    if (!table.keyIsText) return undefined
    const known = new Map<string, Tuple>()
    const expected: string[] = []
    for (const key of keys) {
      const own = seen.get(table)?.get(key)
      const changed = recent.since(own?.number ?? -1, table, key)
      const tuple = changed ? changed.tuple : own?.tuple
      const version = tuple && versionOf(table, tuple)
      if (tuple === undefined || version === undefined) return undefined
      known.set(key, tuple)
      expected.push(version)
    }
    rows.push(known)
    versions.push(expected)
  }
  const { claims } = plan
  const state = { claimed: claims.map(() => true), stored: claims.map(() => undefined), rows, reads: [] }
  return { state, versions }
}

/** One that takes values which others may have taken, or removes what they may refer to, is judged under its locks. */
function isPlain(member: Member): boolean {
  const { values, exclusive } = writeLocksOf(member)
  return !member.alone && values.size === 0 && exclusive.size === 0
}

interface Seen {
  readonly tuple: Tuple
  readonly number: number
}

/** Each row as the run that started last has seen it; undefined if one saw that there is none. */
function rowsSeen(members: readonly Member[]): ReadonlyMap<TableInfo, ReadonlyMap<string, Seen>> | undefined {
  const seen = new Map<TableInfo, Map<string, Seen>>()
  for (const { attempt } of members) {
    for (const [table, rows] of attempt.rows) {
      let known = seen.get(table)
      if (!known) seen.set(table, (known = new Map<string, Seen>()))
      for (const [key, tuple] of rows) {
        if (tuple === null) return undefined
        const other = known.get(key)
        if (other === undefined || attempt.startedAt > other.number)
          known.set(key, { tuple, number: attempt.startedAt })
      }
    }
  }
  return seen
}
