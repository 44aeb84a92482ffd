/**
 * Orders that callers may choose, declared by name: `sort=newest`, or `sort=-newest` the other way round. Only what is
 * declared can be asked for, so that each order can have its index.
 */
import { asc, desc } from 'drizzle-orm'
import * as z from 'zod'
import { directionOf } from '../engine/order.js'
import type { Order } from '../engine/vocabulary.js'
import { KeelsonError } from '../errors.js'

export type Sorts = Readonly<Record<string, Order | readonly Order[]>>

/** To be given as `orderBy`. */
export type SortValue = readonly Order[]

export interface SortWire<S extends Sorts> {
  sort?: keyof S | `-${keyof S & string}` | undefined
}

/** Cursors go by columns that are never null. Throws `invalid_definition` for others. */
export function checkSorts(sorts: Sorts): void {
  for (const [name, order] of Object.entries(sorts)) {
    const nullable = listOf(order).find((each) => !directionOf(each).column.notNull)
    if (nullable === undefined) continue
    throw new KeelsonError('invalid_definition', {
      message: `The order \`${name}\` goes by \`${directionOf(nullable).column.name}\`, which may be null: pages by cursor need columns that are \`notNull\`, others \`page: 'offset'\`.`,
    })
  }
}

const listOf = (order: Order | readonly Order[]): readonly Order[] =>
  Array.isArray(order) ? (order as readonly Order[]) : [order as Order]

/** The field of the input; the first order is the default. */
export function sortField(sorts: Sorts): z.ZodRawShape {
  const names = Object.keys(sorts)
  const values = names.flatMap((name) => [name, `-${name}`]) as [string, ...string[]]
  const sort = z.enum(values).default(names[0]!)
  return { sort: sort.describe('The order; with `-` the other way round.') }
}

export function orderOf(sorts: Sorts, sent: string): SortValue {
  const isReversed = sent.startsWith('-')
  const order = listOf(sorts[isReversed ? sent.slice(1) : sent]!)
  return isReversed ? order.map(reversed) : order
}

function reversed(order: Order): Order {
  const { column, descending } = directionOf(order)
  return descending ? asc(column) : desc(column)
}
