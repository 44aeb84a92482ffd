/** Step 4, planned: from the overlay to the statements of the flush, parents first in, children first out. */
import type { TableInfo, Tuple } from '../schema/table.js'
import type { Accepted } from './acceptance.js'
import type { Cell, Overlay } from './overlay.js'
import type { EffectRow, EffectRows, EffectTable, FlushPlan, Write, WriteStatement } from './port.js'

export function planFlush(groupId: string, accepted: readonly Accepted[], overlay: Overlay): FlushPlan {
  const tables = [...overlay.cells()].sort(([left], [right]) => left.rank - right.rank || left.id - right.id)
  const sorted = tables.map(([table, cells]) => [table, [...cells.values()].sort(byKey)] as const)
  return {
    groupId,
    statements: [
      ...sorted.flatMap(([table, cells]) => inserts(table, cells)),
      ...sorted.flatMap(([table, cells]) => updates(table, cells)),
      ...sorted.toReversed().flatMap(([table, cells]) => deletes(table, cells)),
    ],
    replaced: sorted.flatMap(([table, cells]) => {
      const tuples = cells.flatMap((cell) => cell.replaced)
      return tuples.length > 0 ? [{ table, tuples }] : []
    }),
    effects: planEffects(accepted),
    checkDeferred: tables.some(([table]) => table.deferrable),
  }
}

const byKey = (left: Cell, right: Cell): number => (left.key < right.key ? -1 : left.key > right.key ? 1 : 0)

function inserts(table: TableInfo, cells: readonly Cell[]): WriteStatement[] {
  const fresh = cells.filter((cell) => cell.base === null && cell.tuple !== null)
  if (fresh.length === 0) return []
  return [
    {
      kind: 'insert',
      table,
      tuples: fresh.map((cell) => cell.tuple!),
      // The server knows no ON CONFLICT beside constraints that wait for the end: there a clash is a violation.
      mayClash: !(table.writtenByOne && table.deferrable) && fresh.some((cell) => cell.mayClash),
    },
  ]
}

/** One statement for each set of changed columns. */
function updates(table: TableInfo, cells: readonly Cell[]): WriteStatement[] {
  const bySet = new Map<string, { columns: number[]; keys: string[]; tuples: Tuple[] }>()
  for (const cell of cells) {
    if (cell.base === null || cell.tuple === null || cell.changed.size === 0) continue
    const columns = [...cell.changed].sort((left, right) => left - right)
    const set = columns.join()
    let statement = bySet.get(set)
    if (!statement) bySet.set(set, (statement = { columns, keys: [], tuples: [] }))
    statement.keys.push(cell.key)
    statement.tuples.push(cell.tuple)
  }
  return [...bySet.values()].map((statement) => ({ kind: 'update', table, ...statement }))
}

function deletes(table: TableInfo, cells: readonly Cell[]): WriteStatement[] {
  const gone = cells.filter((cell) => cell.base !== null && cell.tuple === null)
  return gone.length === 0 ? [] : [{ kind: 'delete', table, keys: gone.map((cell) => cell.key) }]
}

/** Effects of the accepted, in their order, and the answers to remember. */
export function planEffects(accepted: readonly Accepted[]): EffectRows[] {
  const byTable = new Map<EffectTable, EffectRow[]>()
  const add = (table: EffectTable, rows: readonly EffectRow[]): void => {
    const known = byTable.get(table)
    if (known) known.push(...rows)
    else byTable.set(table, [...rows])
  }
  for (const { member, outcome, answer } of accepted) {
    const { claim } = member.invocation
    const row = claim?.record(answer)
    if (claim && row) add(claim.table, [row])
    if (outcome.ok) for (const [table, rows] of member.attempt.effects) add(table, rows)
  }
  return [...byTable].map(([table, rows]) => ({ table, rows }))
}

/** The writes of a group of one, each row once, in the order in which the handler first wrote them. */
export function planAlone({ member, outcome }: Accepted, overlay: Overlay): Write[] {
  if (!outcome.ok) return []
  const done = new Set<Cell>()
  return member.attempt.writes.flatMap(({ table, key }): Write[] => {
    const cell = overlay.cell(table, key)!
    if (done.has(cell)) return []
    done.add(cell)
    if (cell.tuple === null) return cell.base === null ? [] : [{ kind: 'delete', table, key }]
    if (cell.base === null) return [{ kind: 'insert', table, tuple: cell.tuple }]
    return cell.changed.size === 0
      ? []
      : [{ kind: 'update', table, key, columns: [...cell.changed], tuple: cell.tuple }]
  })
}
