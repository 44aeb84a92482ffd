/**
 * Cursors of keyset pagination: the order's values of the last row, bound to the shape of the read so that a cursor of
 * one list is refused by another.
 */
import { createHash } from 'node:crypto'
import { KeelsonError } from '../errors.js'
import type { Tuple } from '../schema/table.js'
import type { OrderColumn } from './order.js'
import type { CompiledWhere } from './condition.js'

const digestOf = (list: string, where: CompiledWhere): string =>
  createHash('sha256')
    .update(JSON.stringify([list, where.conditions, where.parameters]))
    .digest('base64url')
    .slice(0, 16)

const listName = (table: string, order: readonly OrderColumn[]): string =>
  `${table}|${order.map(({ column, descending }) => `${column}${descending ? '-' : '+'}`).join(',')}`

export function encodeCursor(
  table: string,
  order: readonly OrderColumn[],
  where: CompiledWhere,
  last: Tuple,
): string {
  const values = order.map(({ column }) => last[column] ?? null)
  return Buffer.from(JSON.stringify([digestOf(listName(table, order), where), values])).toString('base64url')
}

/** The texts to go on after. @throws KeelsonError `invalid_cursor` */
export function decodeCursor(
  table: string,
  order: readonly OrderColumn[],
  where: CompiledWhere,
  cursor: string,
): string[] {
  try {
    const [digest, values] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as [unknown, unknown]
    const fits =
      digest === digestOf(listName(table, order), where) &&
      Array.isArray(values) &&
      values.length === order.length
    if (fits && values.every((value) => typeof value === 'string')) return values
  } catch {
    // Falls through: whatever is wrong with it, the caller hears the same.
  }
  throw new KeelsonError('invalid_cursor')
}
