/** The order of tables by their foreign keys: rows go in parents first and out children first. */

interface Reference {
  readonly kind: string
  readonly table: number
  readonly referenced: number
}

/**
 * A rank for each table such that a table ranks above those it refers to, and the tables that lie on a cycle of
 * references (one that refers to itself does not count: a single statement may hold parent and child).
 */
export function rankTables(
  tables: readonly number[],
  constraints: readonly Reference[],
): { rank: Map<number, number>; cyclic: Set<number> } {
  const parents = new Map<number, Set<number>>(tables.map((table) => [table, new Set()]))
  for (const { kind, table, referenced } of constraints) {
    if (kind === 'f' && table !== referenced && parents.has(referenced)) parents.get(table)?.add(referenced)
  }
  const cyclic = new Set(tables.filter((table) => reaches(parents, table, table)))
  const rank = new Map<number, number>()
  const rankOf = (table: number): number => {
    const known = rank.get(table)
    if (known !== undefined) return known
    rank.set(table, 0)
    let highest = 0
    for (const parent of parents.get(table)!) {
      if (!(cyclic.has(table) && cyclic.has(parent))) highest = Math.max(highest, rankOf(parent) + 1)
    }
    rank.set(table, highest)
    return highest
  }
  for (const table of tables) rankOf(table)
  return { rank, cyclic }
}

function reaches(parents: ReadonlyMap<number, ReadonlySet<number>>, from: number, target: number): boolean {
  const seen = new Set<number>()
  const open = [...parents.get(from)!]
  for (let table = open.pop(); table !== undefined; table = open.pop()) {
    if (table === target) return true
    if (seen.has(table)) continue
    seen.add(table)
    open.push(...(parents.get(table) ?? []))
  }
  return false
}
