import { desc } from 'drizzle-orm'
import {
  command,
  conflict,
  event,
  maybe,
  pageInput,
  pageOf,
  query,
  rowSchema,
  signedIn,
  unprocessable,
} from 'keelson'
import { z } from 'zod'
import { items, lines, orders } from './tables.js'

const Order = rowSchema(orders)

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
    const wanted = await tx.getMany(
      items,
      input.lines.map((line) => line.sku),
    )
    const priced = input.lines.map((line) => ({ ...line, item: wanted.get(line.sku) ?? fail.unknownItem() }))
    const total = priced.reduce((sum, { item, quantity }) => sum + item.price * quantity, 0)
    const order = tx.insert(orders, { id: id(), customerId: actor.id, total, placedAt: now })
    for (const { item, quantity } of priced) {
      if (item.stock < quantity) fail.outOfStock({ sku: item.sku, available: item.stock })
      tx.update(items, item.sku, { stock: item.stock - quantity })
      tx.insert(lines, { orderId: order.id, sku: item.sku, quantity })
    }
    tx.emit(OrderPlaced, { orderId: order.id, total })
    return order
  },
})

export const myOrders = query('orders.mine', {
  http: { get: '/orders' },
  input: pageInput({ total: z.int().optional() }),
  output: pageOf(Order),
  allow: signedIn,
  run: ({ input, actor, db }) =>
    db.page(orders, {
      where: { customerId: actor.id, total: maybe(input.total) },
      orderBy: desc(orders.placedAt),
      page: input,
    }),
})
