/** Builds and remembers shapes, so that reads of one shape are known by one object. */
import type { TableInfo, UniqueInfo } from '../schema/table.js'
import type { CompiledWhere } from './condition.js'
import type { OrderColumn } from './order.js'
import type { Shape } from './port.js'

/** Bounds the memory of shapes; a program has as many as it has different reads in its text. */
const SHAPES_MAX = 10_000

type Parts = Pick<Shape, 'table' | 'conditions' | 'order' | 'limit' | 'result'> &
  Partial<Pick<Shape, 'after' | 'skips'>>

const shapes = new Map<string, Shape>()
const uniqueShapes = new WeakMap<UniqueInfo, Shape>()

export function shapeOf(parts: Parts): Shape {
  const { table, conditions, order, limit, result, after = false, skips = false } = parts
  const where = conditions.map(({ column, operator }) => `${column}${operator}`).join(',')
  const sort = order.map(({ column, descending }) => `${column}${descending ? '-' : '+'}`).join(',')
  const id = `${table.sql}|${where}|${after ? 'after' : ''}|${sort}|${limit}|${skips ? 'skips' : ''}|${result}`
  const known = shapes.get(id)
  if (known && known.table === table) return known
  if (shapes.size >= SHAPES_MAX) shapes.clear()
  const shape: Shape = { id, table, conditions, order, limit, result, after, skips }
  shapes.set(id, shape)
  return shape
}

export const rowsShape = (
  table: TableInfo,
  where: CompiledWhere,
  order: readonly OrderColumn[],
  limit: number,
  start: Pick<Partial<Shape>, 'after' | 'skips'> = {},
): Shape => shapeOf({ table, conditions: where.conditions, order, limit, result: 'rows', ...start })

/** The number of rows, counted up to a limit (0: all). */
export const countShape = (table: TableInfo, where: CompiledWhere, limit = 0): Shape =>
  shapeOf({ table, conditions: where.conditions, order: [], limit, result: 'count' })

/** Whether the read looks for the one row of a unique value. */
export const isUniqueShape = (shape: Shape): boolean =>
  shape.result === 'rows' && shape.limit === 1 && shape.order.length === 0

/** The at most one row with these unique values. */
export function uniqueShape(table: TableInfo, unique: UniqueInfo): Shape {
  const known = uniqueShapes.get(unique)
  if (known) return known
  const conditions = unique.columns.map((column) => ({ column, operator: '=' as const }))
  const shape = shapeOf({ table, conditions, order: [], limit: 1, result: 'rows' })
  uniqueShapes.set(unique, shape)
  return shape
}
