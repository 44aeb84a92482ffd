/**
 * Sales by day, for those who look at the business as a whole. A subscriber keeps them, so that placing an order does not
 * wait for a row that every order of the day changes: a moment behind the orders, each of which counts exactly once.
 */
import { desc } from 'drizzle-orm'
import { pageInput, pageOf, query, rowSchema, signedIn, subscriber } from 'keelson'
import { OrderCancelled, OrderPlaced } from './events.js'
import { dailySales } from './tables.js'

export const keepDailySales = subscriber('sales.daily', {
  on: [OrderPlaced, OrderCancelled],
  from: 'start',
  async run({ event: { name, payload, occurredAt }, tx }) {
    const day = occurredAt.toISOString().slice(0, 10)
    const isPlaced = name === 'order.placed'
    const change = {
      placed: isPlaced ? 1 : 0,
      cancelled: isPlaced ? 0 : 1,
      revenue: isPlaced ? payload.total : -payload.total,
    }
    if (await tx.get(dailySales, day)) tx.increment(dailySales, day, change)
    else tx.insert(dailySales, { day, ...change })
  },
  async reset({ tx }) {
    await tx.sql`delete from daily_sales`
  },
})

export const readDailySales = query('orders.dailySales', {
  http: { get: '/sales' },
  summary: 'List sales by day, the latest first',
  input: pageInput({}),
  output: pageOf(rowSchema(dailySales)),
  allow: signedIn,
  run: ({ input, db }) => db.page(dailySales, { orderBy: desc(dailySales.day), page: input }),
})
