/**
 * Cursors of keyset pagination hold the order's values of the last row, so that a page begins where the one before ended
 * whatever was inserted or deleted meanwhile. How they are kept from being read, made up, or used elsewhere is the
 * business of whoever gives these `Cursors` to the reads.
 */
import { PgDialect } from 'drizzle-orm/pg-core'
import type { SQL } from 'drizzle-orm'
import type { TableInfo } from '../schema/table.js'
import type { CompiledWhere } from './condition.js'
import type { OrderColumn } from './order.js'

export interface Cursors {
  /** The cursor that goes on after these values. `list` says of which list they are. */
  seal(list: string, values: readonly string[]): Promise<string>
  /** The values of a cursor of this list. Rejects with `invalid_cursor` for any other. */
  open(list: string, cursor: string): Promise<readonly string[]>
}

const DIALECT = new PgDialect()

/**
 * Which list it is: its table, its conditions without their values, and its order. Values are left out, since they may
 * depend on the time; those that a caller chooses are part of its input.
 */
export function listName(
  table: TableInfo,
  where: CompiledWhere,
  order: readonly OrderColumn[],
  matching: SQL | undefined,
): string {
  const conditions = where.conditions.map(
    ({ column, operator }) => `${table.columns[column]!.name} ${operator}`,
  )
  const sort = order.map(({ column, descending }) => {
    const { name, type } = table.columns[column]!
    return `${name} ${type}${descending ? ' desc' : ''}`
  })
  const further = matching === undefined ? '' : DIALECT.sqlToQuery(matching).sql
  return JSON.stringify([table.name, conditions, sort, further])
}
