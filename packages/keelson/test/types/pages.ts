/** Held by the compiler alone: what filters and orders make of an input. */
import { desc } from 'drizzle-orm'
import { bigint, integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import * as z from 'zod'
import { anyone } from '../../src/operation/access.js'
import { oneOf, range } from '../../src/operation/filter.js'
import { pageInput, pageOf } from '../../src/operation/page.js'
import { query } from '../../src/operation/query.js'
import { rowSchema } from '../../src/schema/row-schema.js'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const expect = <T extends true>(): T | undefined => undefined

const orders = pgTable('orders', {
  id: uuid().primaryKey(),
  status: text({ enum: ['placed', 'cancelled'] }).notNull(),
  total: bigint({ mode: 'bigint' }).notNull(),
  lines: integer().notNull(),
  placedAt: timestamp({ withTimezone: true }).notNull(),
})
const Order = rowSchema(orders)

export const list = pageInput(
  { mine: z.boolean() },
  {
    filter: { status: oneOf(orders.status), lines: orders.lines, placedAt: range(orders.placedAt) },
    sort: { newest: desc(orders.placedAt), total: orders.total },
  },
)
type Sent = z.input<typeof list>
expect<Equal<Sent['sort'], 'newest' | '-newest' | 'total' | '-total' | undefined>>()
expect<Equal<Sent['status'], ('placed' | 'cancelled')[] | undefined>>()
expect<Equal<Sent['lines'], number | undefined>>()
expect<Equal<Sent['placedAt.gte'], string | undefined>>()
expect<Equal<Sent['mine'], boolean>>()
expect<Equal<Sent['cursor'], string | undefined>>()
type Read = z.output<typeof list>
expect<Equal<Read['limit'], number>>()
expect<Equal<keyof Read['filter'], 'status' | 'lines' | 'placedAt'>>()
// @ts-expect-error -- nobody declared this filter
export type Undeclared = Read['filter']['total']

export const listOrders = query('orders.list', {
  input: list,
  output: pageOf(Order),
  allow: anyone,
  run: ({ input, db }) => db.page(orders, { where: input.filter, orderBy: input.sort, page: input }),
})

const counted = pageInput({}, { page: 'offset' })
expect<Equal<z.input<typeof counted>, { limit?: number | undefined; offset?: number | undefined }>>()
export const countOrders = query('orders.counted', {
  input: counted,
  output: pageOf(Order, { page: 'offset' }),
  allow: anyone,
  run: async ({ input, db }) => {
    const page = await db.page(orders, { page: input })
    expect<Equal<(typeof page)['total'], number>>()
    // @ts-expect-error -- pages by offset have no cursor
    void page.next
    return page
  },
})

export const withTotal = query('orders.total', {
  input: pageInput(),
  output: pageOf(Order, { total: true }),
  allow: anyone,
  run: ({ input, db }) => db.page(orders, { page: input, total: true }),
})

export const withoutTotal = query('orders.without-total', {
  input: pageInput(),
  output: pageOf(Order, { total: true }),
  allow: anyone,
  // @ts-expect-error -- the total was not asked for
  run: ({ input, db }) => db.page(orders, { page: input }),
})

/** `pick`, `omit`, `partial` and `extend` keep what columns are. */
export const Draft = Order.omit({ id: true }).partial()
expect<Equal<z.input<typeof Draft>['total'], string | undefined>>()
expect<Equal<z.output<typeof Draft>['total'], bigint | undefined>>()
