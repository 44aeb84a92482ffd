/**
 * The constraints of a table in memory. Each asks whether a write may stand, and answers as Postgres does: it may, it
 * breaks a rule, or another transaction must end first.
 */
import type { Violation } from '../../../src/engine/port.js'
import type { TableInfo, Tuple } from '../../../src/schema/table.js'
import type { Entity, MemoryDatabase, MemoryTransaction } from './database.js'

/** `undefined`: the write may stand. */
export type Obstacle =
  | { readonly violation: Violation }
  | { readonly waitFor: readonly MemoryTransaction[] }
  | undefined

/** A check by its constraint's name; false breaks it. */
export type Checks = Readonly<Record<string, (tuple: Tuple) => boolean>>

export function brokenCheck(table: TableInfo, tuple: Tuple, checks: Checks): Violation | undefined {
  const broken = table.checks.find(({ name }) => !checks[name]!(tuple))
  return broken && { sqlState: '23514', constraint: broken.name, table: table.name }
}

interface UniqueRule {
  readonly name: string
  readonly columns: readonly number[]
}

const primaryRule = (table: TableInfo): UniqueRule => ({
  name: `${table.name.split('.').at(-1)}_pkey`,
  columns: table.primaryKey.map(({ index }) => index),
})

/** Whether another row has one of this row's unique values. */
export function uniqueObstacle(
  database: MemoryDatabase,
  own: MemoryTransaction,
  entity: Entity,
  tuple: Tuple,
): Obstacle {
  const { table } = entity
  for (const rule of [primaryRule(table), ...table.uniques]) {
    if (rule.columns.some((column) => tuple[column] === null)) continue
    const equal = (other: Tuple | null | undefined): boolean =>
      !!other && rule.columns.every((column) => other[column] === tuple[column])
    const waitFor = new Set<MemoryTransaction>()
    const violation = { violation: { sqlState: '23505', constraint: rule.name, table: table.name } }
    for (const other of database.entities(table)) {
      if (other === entity || !equal(other.tuple) || own.writes.has(other)) continue
      const writer = database.writer(other, own)
      if (!writer) return violation
      waitFor.add(writer)
    }
    for (const [other, written] of own.writes)
      if (other !== entity && other.table === table && equal(written)) return violation
    for (const other of database.active) {
      if (other === own) continue
      for (const [theirs, written] of other.writes)
        if (theirs.table === table && equal(written)) waitFor.add(other)
    }
    if (waitFor.size > 0) return { waitFor: [...waitFor] }
  }
  return undefined
}

/** Whether all rows that this one refers to are there; they are kept there until the transaction ends. */
export function parentObstacle(
  database: MemoryDatabase,
  own: MemoryTransaction,
  tables: readonly TableInfo[],
  table: TableInfo,
  tuple: Tuple,
): Obstacle {
  for (const { name, columns, references } of table.foreignKeys) {
    const key = tuple[columns[0]!]!
    if (key === null) continue
    const parentTable = tables.find(({ id }) => id === references)!
    const violation = { violation: { sqlState: '23503', constraint: name, table: table.name } }
    const parent = database.entity(parentTable, key)
    const written = [...own.writes].find(
      ([other, value]) => other.table === parentTable && other.key === key && value !== null,
    )
    if (written) continue
    if (!parent || own.writes.has(parent)) return violation
    const against = parent.lock.against(own, 'key share') as MemoryTransaction[]
    if (against.length > 0) return { waitFor: against }
    parent.lock.take(own, 'key share')
  }
  return undefined
}

/** Whether any row refers to the one that goes. */
export function childObstacle(
  database: MemoryDatabase,
  own: MemoryTransaction,
  tables: readonly TableInfo[],
  { table, key }: Entity,
): Obstacle {
  for (const child of tables) {
    for (const { name, columns, references } of child.foreignKeys) {
      if (references !== table.id) continue
      const refers = (tuple: Tuple | null): boolean => tuple?.[columns[0]!] === key
      const violation = { violation: { sqlState: '23503', constraint: name, table: child.name } }
      for (const [other, written] of own.writes)
        if (other.table === child && refers(written)) return violation
      for (const other of database.entities(child)) {
        if (!refers(other.tuple) || own.writes.has(other)) continue
        const against = other.lock.against(own, 'key share') as MemoryTransaction[]
        if (against.length === 0) return violation
        return { waitFor: against }
      }
    }
  }
  return undefined
}
