/** From Drizzle's `orderBy` to columns and directions; the primary key is added so that the order is total. */
import { Column, is, SQL, StringChunk } from 'drizzle-orm'
import { KeelsonError } from '../errors.js'
import type { TableInfo } from '../schema/table.js'
import type { Order } from './vocabulary.js'

export interface OrderColumn {
  readonly column: number
  readonly descending: boolean
}

export function compileOrder(table: TableInfo, orderBy: Order | readonly Order[] | undefined): OrderColumn[] {
  const given =
    orderBy === undefined ? [] : Array.isArray(orderBy) ? (orderBy as readonly Order[]) : [orderBy as Order]
  const order = given.map((item) => orderColumn(table, item))
  const descending = order.at(-1)?.descending ?? false
  for (const key of table.primaryKey) {
    if (!order.some((item) => item.column === key.index)) order.push({ column: key.index, descending })
  }
  return order
}

function orderColumn(table: TableInfo, item: Order): OrderColumn {
  const { column, descending } = directionOf(item)
  return { column: indexOf(table, column), descending }
}

/** A column, `asc(column)` or `desc(column)`, taken apart. */
export function directionOf(item: Order): { readonly column: Column; readonly descending: boolean } {
  if (is(item, Column)) return { column: item, descending: false }
  if (is(item, SQL)) {
    const column = item.queryChunks.find((chunk) => is(chunk, Column))
    const words = item.queryChunks
      .flatMap((chunk) => (is(chunk, StringChunk) ? chunk.value : []))
      .join('')
      .trim()
    if (column && (words === 'desc' || words === 'asc')) return { column, descending: words === 'desc' }
  }
  throw new KeelsonError('invalid_use', {
    message: 'An order is a column, asc(column) or desc(column).',
  })
}

function indexOf(table: TableInfo, column: Column): number {
  const info = table.columns.find((candidate) => candidate.drizzle === column)
  if (!info)
    throw new KeelsonError('invalid_use', {
      message: `orderBy names ${column.name}, which is not a column of ${table.name}.`,
    })
  return info.index
}
