/** Held by the compiler alone: what is inferred, and where mistakes are reported. */
import { desc } from 'drizzle-orm'
import { integer, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import * as z from 'zod'
import { maybe } from '../../src/engine/condition.js'
import { event } from '../../src/events/event.js'
import { all, any, anyone, hidden, not, scope, signedIn } from '../../src/operation/access.js'
import type { Actor } from '../../src/operation/actor.js'
import { command } from '../../src/operation/command.js'
import { conflict, unprocessable } from '../../src/operation/declared-errors.js'
import type { Command, Query } from '../../src/operation/definition.js'
import { pageInput, pageOf } from '../../src/operation/page.js'
import { query } from '../../src/operation/query.js'
import { external } from '../../src/schema/external.js'
import { rowSchema } from '../../src/schema/row-schema.js'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const expect = <T extends true>(): T | undefined => undefined

export const items = external(
  pgTable('items', { sku: text().primaryKey(), price: integer().notNull(), stock: integer().notNull() }),
)
export const orders = pgTable('orders', {
  id: uuid().primaryKey(),
  customerId: uuid().notNull(),
  total: integer().notNull(),
  placedAt: timestamp({ withTimezone: true }).notNull(),
})
export const lines = pgTable(
  'order_lines',
  {
    orderId: uuid()
      .notNull()
      .references(() => orders.id),
    sku: text()
      .notNull()
      .references(() => items.sku),
    quantity: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.orderId, t.sku] })],
)

const Order = rowSchema(orders)
expect<Equal<z.output<typeof Order>, { id: string; customerId: string; total: number; placedAt: Date }>>()
expect<Equal<z.input<typeof Order>, { id: string; customerId: string; total: number; placedAt: string }>>()

export const OrderPlaced = event('order.placed', {
  version: 1,
  key: (e) => e.orderId,
  payload: z.object({ orderId: z.uuid(), total: z.int() }),
})

export const placeOrder = command('orders.place', {
  http: { post: '/orders', status: 201, location: (o) => `/orders/${o.id}` },
  input: z.object({
    lines: z
      .array(z.object({ sku: z.string(), quantity: z.int().positive().max(1000) }))
      .min(1)
      .max(100),
  }),
  output: Order,
  allow: signedIn,
  errors: {
    outOfStock: conflict('Not enough stock.', z.object({ sku: z.string(), available: z.int() })),
    unknownItem: unprocessable('No such item.'),
  },
  async run({ input, actor, tx, fail, id, now }) {
    expect<Equal<typeof actor, Actor>>()
    expect<Equal<typeof input, { lines: { sku: string; quantity: number }[] }>>()
    expect<Equal<typeof now, Date>>()
    const wanted = await tx.getMany(
      items,
      input.lines.map((l) => l.sku),
    )
    const order = tx.insert(orders, { id: id(), customerId: actor.id, total: 1, placedAt: now })
    for (const line of input.lines) {
      const item = wanted.get(line.sku) ?? fail.unknownItem()
      expect<Equal<typeof item, { sku: string; price: number; stock: number }>>()
      if (item.stock < line.quantity) fail.outOfStock({ sku: item.sku, available: item.stock })
      // @ts-expect-error -- `available` is a number
      if (item.stock < 0) fail.outOfStock({ sku: item.sku, available: 'none' })
      expect<Equal<keyof typeof fail, 'outOfStock' | 'unknownItem'>>()
      tx.update(items, item.sku, { stock: item.stock - line.quantity })
      tx.insert(lines, { orderId: order.id, ...line })
    }
    tx.emit(OrderPlaced, { orderId: order.id, total: order.total })
    // @ts-expect-error -- the payload lacks its total
    tx.emit(OrderPlaced, { orderId: order.id })
    return order
  },
})
expect<
  Equal<typeof placeOrder, Command<{ lines: { sku: string; quantity: number }[] }, z.output<typeof Order>>>
>()

export const myOrders = query('orders.mine', {
  http: { get: '/orders' },
  input: pageInput({ sku: z.string().optional() }),
  output: pageOf(Order),
  allow: signedIn,
  run: ({ input, actor, db }) =>
    db.page(orders, {
      where: { customerId: actor.id, total: maybe(input.sku === undefined ? undefined : 1) },
      orderBy: desc(orders.placedAt),
      page: input,
    }),
})
expect<
  Equal<
    typeof myOrders,
    Query<
      { limit?: number | undefined; cursor?: string | undefined; sku?: string | undefined },
      { items: z.output<typeof Order>[]; next: string | null }
    >
  >
>()

/** Predicates see the caller and the input; `anyone` makes the caller optional. */
export const mine = query('orders.get', {
  http: { get: '/orders/:id' },
  input: z.object({ id: z.uuid() }),
  output: Order,
  allow: (actor, input) => actor.id === input.id,
  run: ({ input, actor, db }) => {
    expect<Equal<typeof actor, Actor>>()
    return db.require(orders, input.id)
  },
})
export const publicQuery = query('items.get', {
  input: z.object({ sku: z.string() }),
  output: rowSchema(items),
  allow: anyone,
  run: ({ input, actor, db }) => {
    expect<Equal<typeof actor, Actor | null>>()
    return db.require(items, input.sku)
  },
})

/** Combined rules know the input as well; what they let in is signed in. */
export const combined = query('orders.combined', {
  http: { get: '/combined/:id' },
  input: z.object({ id: z.uuid() }),
  output: Order,
  allow: hidden(
    any(
      scope('orders:read'),
      all(not(scope('x')), (actor, input) => actor.id === input.id),
    ),
  ),
  run: ({ input, actor, db }) => {
    expect<Equal<typeof actor, Actor>>()
    return db.require(orders, input.id)
  },
})
export const wrongRule = query('wrong.rule', {
  input: z.object({ id: z.uuid() }),
  output: Order,
  // @ts-expect-error -- the input has no `owner`
  allow: all(signedIn, (actor, input) => actor.id === input.owner),
  run: ({ input, db }) => db.require(orders, input.id),
})
// @ts-expect-error -- `anyone` stands alone
any(anyone, scope('x'))

/** Without input and output; called by another command. */
export const touch = command('touch', { allow: scope('x'), run: ({ input }) => void input })
export const outer = command('outer', {
  allow: signedIn,
  async run({ tx }) {
    await tx.call(touch, {})
    const order = await tx.call(placeOrder, { lines: [{ sku: 'a', quantity: 1 }] })
    expect<Equal<typeof order, z.output<typeof Order>>>()
    // @ts-expect-error -- a line needs its quantity
    await tx.call(placeOrder, { lines: [{ sku: 'a' }] })
  },
})

export const wrongOutput = query('wrong.output', {
  output: z.object({ total: z.int() }),
  allow: anyone,
  // @ts-expect-error -- total is a number
  run: () => ({ total: 'many' }),
})

// @ts-expect-error -- `allow` is missing
export const noAllow = command('wrong.allow', { run: () => undefined })

export const wrongLocation = command('wrong.location', {
  // @ts-expect-error -- an order has no `uuid`
  http: { post: '/x', location: (o) => `/x/${o.uuid}` },
  output: Order,
  allow: signedIn,
  run: ({ tx }) => tx.require(orders, 'x'),
})

export const twoMethods = command('wrong.methods', {
  // @ts-expect-error -- one method only
  http: { post: '/x', put: '/x' },
  allow: signedIn,
  run: () => undefined,
})

export const undefinedInWhere = query('wrong.where', {
  input: z.object({ sku: z.string().optional() }),
  output: z.array(rowSchema(items)),
  allow: anyone,
  // @ts-expect-error -- undefined would match every row
  run: ({ input, db }) => db.list(items, { where: { sku: input.sku } }),
})

/** A literal that is returned stays one. */
export const literal = query('literal', {
  input: z.object({ n: z.int() }),
  output: z.object({ status: z.enum(['placed', 'cancelled']) }),
  allow: anyone,
  run: async ({ input }) => ({ n: input.n, status: 'placed' }),
})
