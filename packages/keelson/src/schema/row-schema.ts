/**
 * A Zod object from a Drizzle table: what a row looks like to clients. Moments are RFC 3339 text on the wire and Dates
 * in handlers; 64-bit integers and numerics are text, since JSON's numbers would round them.
 */
import { getTableColumns } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import * as z from 'zod'
import { columnSchema, type ColumnSchema } from './column-schema.js'

type Columns<T extends PgTable> = T['_']['columns']

export type RowShape<T extends PgTable> = { -readonly [P in keyof Columns<T>]: ColumnSchema<Columns<T>[P]> }

export type RowSchema<T extends PgTable> = z.ZodObject<RowShape<T>>

/**
 * The schema of a table's rows; an ordinary Zod object, to be narrowed and widened by `.pick()`, `.omit()` and
 * `.extend()`. Used for an output it drops columns it does not name; used for an input it checks lengths and ranges.
 */
export function rowSchema<T extends PgTable>(table: T): RowSchema<T> {
  const shape: Record<string, z.ZodType> = {}
  for (const [property, column] of Object.entries<PgColumn>(getTableColumns(table))) {
    shape[property] = columnSchema(column)
  }
  return z.object(shape) as unknown as RowSchema<T>
}
