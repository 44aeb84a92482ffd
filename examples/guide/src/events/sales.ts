import { bigint, date, integer, pgTable } from 'drizzle-orm/pg-core'
import { command, event, notFound, signedIn, subscriber } from 'keelson'
import { z } from 'zod'
import { OrderPlaced } from '../modules/orders/orders.js'
import { lines, orders } from '../modules/orders/tables.js'

export const sales = pgTable('sales', {
  day: date().primaryKey(),
  orders: integer().notNull(),
  total: bigint({ mode: 'number' }).notNull(),
})

export const OrderCancelled = event('order.cancelled', {
  version: 1,
  key: (e) => e.orderId,
  payload: z.object({ orderId: z.uuid(), total: z.int() }),
})

export const cancelOrder = command('orders.cancel', {
  http: { delete: '/orders/:orderId' },
  input: z.object({ orderId: z.uuid() }),
  allow: signedIn,
  errors: { notFound: notFound('There is no such order.') },
  async run({ input: { orderId }, actor, tx, fail }) {
    const order = await tx.get(orders, orderId)
    if (order?.customerId !== actor.id) return fail.notFound()
    await tx.deleteWhere(lines, { orderId }, { rowsMax: 100 })
    tx.delete(orders, orderId)
    tx.emit(OrderCancelled, { orderId, total: order.total })
  },
})

export const keepSales = subscriber('sales', {
  on: [OrderPlaced, OrderCancelled],
  from: 'start',
  async run({ event: { name, payload, occurredAt }, tx }) {
    const day = occurredAt.toISOString().slice(0, 10)
    const sign = name === 'order.placed' ? 1 : -1
    const change = { orders: sign, total: sign * payload.total }
    if (await tx.get(sales, day)) tx.increment(sales, day, change)
    else tx.insert(sales, { day, ...change })
  },
  async reset({ tx }) {
    await tx.sql`delete from sales`
  },
})
