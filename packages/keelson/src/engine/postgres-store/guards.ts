/** Guards over Postgres: advisory locks of tables, and, of tables that others write, locks of the tables themselves. */
import type { TextResult } from '../../postgres/burst-query.js'
import type { Connection } from '../../postgres/connection.js'
import type { LockPlan, SoloPlan } from '../port.js'
import { arrayOf } from './arrays.js'
import * as sql from './statements.js'

interface GuardLock {
  readonly class: number
  readonly id: number
  readonly exclusive: boolean
}

/** One order for all: by table, whatever the lock is for. A table's own lock comes after all these. */
function guardArrays(locks: readonly GuardLock[]): string[] {
  const sorted = locks.toSorted((left, right) => left.id - right.id || left.class - right.class)
  return [
    arrayOf(sorted.map((lock) => String(lock.class))),
    arrayOf(sorted.map(({ id }) => String(id))),
    arrayOf(sorted.map(({ exclusive }) => (exclusive ? 't' : 'f'))),
  ]
}

export function sendGuards(connection: Connection, { guards, visited }: LockPlan): Promise<TextResult>[] {
  const locks = [
    ...guards.map(({ table: { id }, exclusive }) => ({ class: sql.GUARD_CLASS, id, exclusive })),
    ...visited.map((id) => ({ class: sql.VISIT_CLASS, id, exclusive: false })),
  ]
  if (locks.length === 0) return []
  const sent = [connection.send(sql.GUARD_TABLES, guardArrays(locks))]
  for (const { table, exclusive } of guards)
    if (table.external) sent.push(connection.send(sql.lockTable(table, exclusive)))
  return sent
}

export function sendSoloGuards(
  connection: Connection,
  { guards, visits, externals }: SoloPlan,
): Promise<unknown>[] {
  if (guards.length === 0) return []
  const locks = [
    ...guards.map((id) => ({ class: sql.GUARD_CLASS, id, exclusive: true })),
    ...visits.map((id) => ({ class: sql.VISIT_CLASS, id, exclusive: true })),
  ]
  return [
    connection.send(sql.GUARD_TABLES, guardArrays(locks)),
    ...externals.map((table) => connection.send(sql.lockTable(table, true))),
  ]
}
