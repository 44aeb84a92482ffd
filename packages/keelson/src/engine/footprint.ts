/** Step 2, planned: from what the members saw and would write to the locks that shield it, in the one global order. */
import type { GuardedTable, TableInfo } from '../schema/table.js'
import { readId } from './attempt.js'
import { needsGuard } from './coverage.js'
import type { Member } from './member.js'
import type { LockPlan, RowLocks, ShapedRead } from './port.js'
import { setsUnique, writeLocksOf } from './write-locks.js'

type Mode = RowLocks['mode']

const STRENGTH: Readonly<Record<Mode, number>> = { share: 0, 'no key update': 1, update: 2 }

/**
 * Most locks of unique values in a group: the server's lock table is shared by all (64 slots for each connection by
 * default). Beyond, the tables with the most are guarded exclusively instead.
 */
export const VALUES_MAX = 500

interface RowsWanted {
  readonly keys: Set<string>
  mode: Mode
}

class Guards {
  readonly #byId = new Map<number, { table: GuardedTable; exclusive: boolean }>()

  /** For who writes it. */
  share(table: GuardedTable): void {
    if (!this.#byId.has(table.id)) this.#byId.set(table.id, { table, exclusive: false })
  }

  /** For who rests on what it does not hold. */
  exclude(table: GuardedTable): void {
    this.#byId.set(table.id, { table, exclusive: true })
  }

  excludes({ id }: GuardedTable): boolean {
    return this.#byId.get(id)?.exclusive === true
  }

  has(id: number): boolean {
    return this.#byId.has(id)
  }

  get sorted(): LockPlan['guards'] {
    return [...this.#byId.values()].sort((left, right) => left.table.id - right.table.id)
  }
}

export function planLocks(groupId: string, members: readonly Member[]): LockPlan {
  const rows = new Map<TableInfo, RowsWanted>()
  const guards = new Guards()
  const reads = new Map<string, ShapedRead>()
  const orderedKeys = new Set<string>()
  const values = new Map<TableInfo, Set<string>>()
  const writable = new Set<TableInfo>()
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
        if (tuple !== null || attempt.inserts(table, key)) continue
        guards.exclude(table)
        writable.add(table)
      }
    }
    for (const [table, remembered] of member.remembered)
      for (const key of remembered) want(table).keys.add(key)
    for (const [, seen] of attempt.reads) {
      reads.set(readId(seen.read), seen.read)
      if (!needsGuard(attempt, seen)) continue
      guards.exclude(seen.read.shape.table)
      writable.add(seen.read.shape.table)
    }
    for (const key of attempt.orderedKeys) orderedKeys.add(key)
    if (attempt.outcome?.ok) {
      planRows(member, guards, want)
      planValues(member, guards, values)
      for (const table of attempt.written.keys()) writable.add(table)
    }
    // Alone, it keeps others from taking what it sees free: whatever its flush then meets is its own doing.
    if (member.alone) for (const { table } of attempt.writes) guards.exclude(table)
  }
  for (const number of boundedValues(values, guards)) orderedKeys.add(number)
  const visited = new Set([...rows.keys()].map(({ id }) => id))
  // Under their guards a repeated run may write them too, whatever the first one did.
  for (const { foreignKeys } of writable) for (const { references } of foreignKeys) visited.add(references)
  return {
    groupId,
    claims: members.flatMap(({ invocation: { claim } }) =>
      claim ? [{ table: claim.table, lock: claim.lock, key: claim.key }] : [],
    ),
    orderedKeys: [...orderedKeys].sort(),
    guards: guards.sorted,
    visited: [...visited].filter((id) => !guards.has(id)).sort((left, right) => left - right),
    rows: [...rows]
      .map(([table, { keys, mode }]) => ({ table, keys: [...keys], mode }))
      .sort((left, right) => left.table.id - right.table.id),
    reads: [...reads.values()],
  }
}

/** The rows that the member changes, and how strongly they must be locked. */
function planRows(member: Member, guards: Guards, want: (table: TableInfo) => RowsWanted): void {
  const { attempt } = member
  for (const { table, key, op } of attempt.writes) {
    guards.share(table)
    if (attempt.inserts(table, key)) continue
    const wanted = want(table)
    wanted.keys.add(key)
    // The server locks a row as for its end where unique columns change.
    const mode: Mode = op.kind === 'delete' || setsUnique(table, op) ? 'update' : 'no key update'
    if (STRENGTH[mode] > STRENGTH[wanted.mode]) wanted.mode = mode
  }
}

/** What the flush of the member's writes would otherwise wait for. */
function planValues(member: Member, guards: Guards, values: Map<TableInfo, Set<string>>): void {
  const locks = writeLocksOf(member)
  for (const table of locks.exclusive) guards.exclude(table)
  for (const [table, numbers] of locks.values) {
    const known = values.get(table)
    if (known) for (const number of numbers) known.add(number)
    else values.set(table, new Set(numbers))
  }
}

/** The values to lock one by one; those of a table that is guarded exclusively need no locks of their own. */
function boundedValues(values: ReadonlyMap<TableInfo, ReadonlySet<string>>, guards: Guards): string[] {
  const open = [...values]
    .filter(([table]) => !guards.excludes(table))
    .sort(([left, some], [right, others]) => some.size - others.size || left.id - right.id)
  const bounded: string[] = []
  for (const [table, numbers] of open) {
    if (bounded.length + numbers.size > VALUES_MAX) guards.exclude(table)
    else bounded.push(...numbers)
  }
  return bounded
}
