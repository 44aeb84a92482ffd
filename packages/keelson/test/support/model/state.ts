/** The world as the serial model holds it: rows, logs and remembered answers. A state is never changed, only followed. */
import { TABLE_NAMES, type TableName } from './tables.js'
import type { ModelRow, ModelWhere, Value } from './words.js'

export interface ModelState {
  readonly rows: Readonly<Record<TableName, ReadonlyMap<string, ModelRow>>>
  /** Effects that keep an order, by log. */
  readonly logs: ReadonlyMap<string, readonly string[]>
  /** Answers by once-only key. */
  readonly answers: ReadonlyMap<string, string>
}

/** Equal for equal states. */
export function stateText({ rows, logs, answers }: ModelState): string {
  const sorted = <V>(map: ReadonlyMap<string, V>): (readonly [string, V])[] =>
    [...map].sort(([left], [right]) => (left < right ? -1 : 1))
  return JSON.stringify([
    TABLE_NAMES.map((table) => sorted(rows[table]).map(([, row]) => row)),
    sorted(logs),
    sorted(answers),
  ])
}

export function meets(row: ModelRow, where: ModelWhere): boolean {
  return Object.entries(where).every(([column, wanted]) => {
    const value = row[column]!
    if (typeof wanted !== 'object' || wanted === null) return value === wanted
    if (value === null) return false
    if ('in' in wanted) return wanted.in.includes(value)
    return 'lt' in wanted ? Number(value) < wanted.lt : Number(value) >= wanted.gte
  })
}

interface Rules {
  readonly uniques: readonly (readonly string[])[]
  readonly parents: Readonly<Record<string, TableName>>
  readonly isValid: (row: ModelRow) => boolean
}

const NO_RULES: Rules = { uniques: [], parents: {}, isValid: () => true }

const RULES: Readonly<Record<TableName, Rules>> = {
  rows: { ...NO_RULES, isValid: ({ value }) => (value as number) >= 0 },
  names: { ...NO_RULES, uniques: [['name']] },
  rooms: NO_RULES,
  slots: { ...NO_RULES, uniques: [['room', 'at']], parents: { room: 'rooms' } },
}

type RowsByTable = Record<TableName, ReadonlyMap<string, ModelRow>>

/** The rule that a row of this key would break, written over these rows; undefined: it stands. */
export function brokenRule(
  rows: RowsByTable,
  table: TableName,
  id: string,
  row: ModelRow | null,
): string | undefined {
  if (row === null) {
    const isParent = TABLE_NAMES.some((child) =>
      Object.entries(RULES[child].parents).some(
        ([column, parent]) => parent === table && [...rows[child].values()].some((one) => one[column] === id),
      ),
    )
    return isParent ? 'foreign_key_violation' : undefined
  }
  const { uniques, parents, isValid } = RULES[table]
  if (!isValid(row)) return 'check_violation'
  const same = (unique: readonly string[], other: ModelRow): boolean =>
    unique.every((column) => row[column] !== null && row[column] === other[column])
  if (
    uniques.some((unique) => [...rows[table]].some(([other, value]) => other !== id && same(unique, value)))
  )
    return 'unique_violation'
  const orphaned = Object.entries(parents).some(
    ([column, parent]) => !rows[parent].has(row[column] as string),
  )
  return orphaned ? 'foreign_key_violation' : undefined
}

/** The unique constraints of a table whose columns all have values in this row. */
export function uniqueValues(table: TableName, row: ModelRow): Record<string, Value>[] {
  return RULES[table].uniques.flatMap((unique) =>
    unique.some((column) => row[column] === null)
      ? []
      : [Object.fromEntries(unique.map((column) => [column, row[column]!]))],
  )
}
