/** Step 2, planned: from what the members saw and would write to the locks that shield it, in the one global order. */
import type { TableInfo } from '../schema/table.js'
import { readId } from './attempt.js'
import { needsGuard } from './coverage.js'
import type { Member } from './member.js'
import type { LockPlan, RowLocks, ShapedRead } from './port.js'

type Mode = RowLocks['mode']

const STRENGTH: Readonly<Record<Mode, number>> = { share: 0, 'no key update': 1, update: 2 }

interface RowsWanted {
  readonly keys: Set<string>
  mode: Mode
}

export function planLocks(groupId: string, members: readonly Member[]): LockPlan {
  const rows = new Map<TableInfo, RowsWanted>()
  const guards = new Map<TableInfo, boolean>()
  const reads = new Map<string, ShapedRead>()
  const orderedKeys = new Set<string>()
  const want = (table: TableInfo): RowsWanted => {
    let wanted = rows.get(table)
    if (!wanted) rows.set(table, (wanted = { keys: new Set(), mode: 'share' }))
    return wanted
  }
  for (const member of members) {
    const { attempt } = member
    for (const [table, seen] of attempt.rows) {
      const { keys } = want(table)
      for (const [key, tuple] of seen) {
        keys.add(key)
        if (tuple === null && !attempt.inserts(table, key)) guards.set(table, true)
      }
    }
    for (const [table, remembered] of member.remembered)
      for (const key of remembered) want(table).keys.add(key)
    for (const [, seen] of attempt.reads) {
      reads.set(readId(seen.read), seen.read)
      if (needsGuard(attempt, seen)) guards.set(seen.read.shape.table, true)
    }
    for (const key of attempt.orderedKeys) orderedKeys.add(key)
    if (attempt.outcome?.ok) planWrites(member, guards, want)
    // Alone, it keeps others from taking what it sees free: whatever its flush then meets is its own doing.
    if (member.alone) for (const { table } of attempt.writes) guards.set(table, true)
  }
  return {
    groupId,
    claims: members.flatMap(({ invocation: { claim } }) =>
      claim ? [{ table: claim.table, lock: claim.lock, key: claim.key }] : [],
    ),
    orderedKeys: [...orderedKeys].sort(),
    guards: [...guards]
      .map(([table, exclusive]) => ({ table, exclusive }))
      .sort((left, right) => left.table.id - right.table.id),
    rows: [...rows]
      .map(([table, { keys, mode }]) => ({ table, keys: [...keys], mode }))
      .sort((left, right) => left.table.id - right.table.id),
    reads: [...reads.values()],
  }
}

function planWrites(
  member: Member,
  guards: Map<TableInfo, boolean>,
  want: (table: TableInfo) => RowsWanted,
): void {
  const { attempt } = member
  for (const { table, key, op } of attempt.writes) {
    if (!guards.has(table)) guards.set(table, false)
    if (attempt.inserts(table, key)) continue
    const wanted = want(table)
    wanted.keys.add(key)
    const mode: Mode = op.kind === 'delete' ? 'update' : 'no key update'
    if (STRENGTH[mode] > STRENGTH[wanted.mode]) wanted.mode = mode
  }
}
