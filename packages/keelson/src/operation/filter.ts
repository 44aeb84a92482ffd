/**
 * Filters that callers may use, declared by column: equal to a value, one of several, or within a range. On the wire
 * they are fields of the query string (`status=placed`, `placedAt.gte=…`); in a handler they are conditions that count
 * only where they were given.
 */
import { getTableColumns } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import * as z from 'zod'
import { maybe } from '../engine/condition.js'
import type { Maybe } from '../engine/vocabulary.js'
import { KeelsonError } from '../errors.js'
import { notNullSchema, type ValueSchema } from '../schema/column-schema.js'

/** Values of one filter by `oneOf`. */
export const VALUES_MAX = 100

const BOUNDS = { gte: 'At or after', gt: 'After', lte: 'At or before', lt: 'Before' } as const
type Bound = keyof typeof BOUNDS

export interface ByRange<C extends PgColumn = PgColumn> {
  readonly kind: 'range'
  readonly column: C
}
export interface ByChoice<C extends PgColumn = PgColumn> {
  readonly kind: 'oneOf'
  readonly column: C
}
export type Filter = PgColumn | ByRange | ByChoice
export type Filters = Readonly<Record<string, Filter>>

/** From and to: the fields `name.gte`, `name.gt`, `name.lte` and `name.lt`. */
export const range = <C extends PgColumn>(column: C): ByRange<C> => ({ kind: 'range', column })

/** Any of the values given: the field may be repeated, up to 100 times. */
export const oneOf = <C extends PgColumn>(column: C): ByChoice<C> => ({ kind: 'oneOf', column })

type ColumnOf<F> = F extends ByRange<infer C> | ByChoice<infer C> ? C : F extends PgColumn ? F : never
type Wire<F> = z.input<ValueSchema<ColumnOf<F>>>

/** To be spread into `where`. */
export type FilterValues<F extends Filters> = {
  readonly [N in keyof F]: Maybe<ColumnOf<F[N]>['_']['data']>
}

/** What callers send. */
export type FilterWire<F extends Filters> = {
  [N in keyof F as F[N] extends ByRange ? `${N & string}.${Bound}` : N]?: F[N] extends ByChoice
    ? Wire<F[N]>[] | undefined
    : Wire<F[N]> | undefined
}

const isColumn = (filter: Filter): filter is PgColumn => !('kind' in filter)

/** The fields of the input. Throws `invalid_definition` where a filter is not called like its column. */
export function filterFields(filters: Filters): z.ZodRawShape {
  const fields: Record<string, z.ZodType> = {}
  for (const [name, filter] of Object.entries(filters)) {
    checkName(name, isColumn(filter) ? filter : filter.column)
    if (isColumn(filter)) fields[name] = field(filter, `Only those with this \`${name}\`.`)
    else if (filter.kind === 'oneOf') {
      const values = z.array(notNullSchema(filter.column)).min(1).max(VALUES_MAX)
      fields[name] = values.optional().describe(`Only those with one of these \`${name}\`.`)
    } else {
      for (const [bound, words] of Object.entries(BOUNDS))
        fields[`${name}.${bound}`] = field(filter.column, `${words} this \`${name}\`.`)
    }
  }
  return fields
}

/** `input.filter` is spread into `where`, which knows columns by their property. */
function checkName(name: string, column: PgColumn): void {
  const columns: Record<string, unknown> = getTableColumns(column.table)
  if (columns[name] === column) return
  const property = Object.keys(columns).find((each) => columns[each] === column)
  throw new KeelsonError('invalid_definition', {
    message: `The filter \`${name}\` must be called like its column: \`${property}\`.`,
  })
}

const field = (column: PgColumn, description: string): z.ZodType =>
  notNullSchema(column).optional().describe(description)

/** The conditions, of those fields that were sent. */
export function filterOf(filters: Filters, sent: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(
    Object.entries(filters).map(([name, filter]) => [name, maybe(conditionOf(name, filter, sent))]),
  )
}

function conditionOf(name: string, filter: Filter, sent: Readonly<Record<string, unknown>>): unknown {
  if (isColumn(filter)) return sent[name]
  if (filter.kind === 'oneOf') return sent[name] === undefined ? undefined : { in: sent[name] }
  const bounds = Object.keys(BOUNDS).filter((bound) => sent[`${name}.${bound}`] !== undefined)
  if (bounds.length === 0) return undefined
  return Object.fromEntries(bounds.map((bound) => [bound, sent[`${name}.${bound}`]]))
}
