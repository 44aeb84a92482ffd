/**
 * What was sold of an item. The commands that place and cancel orders keep the figures, in the same commit, so they
 * always agree with the orders.
 */
import { query, signedIn } from 'keelson'
import { z } from 'zod'
import { Sku } from '../catalogue/item.js'
import { items } from '../catalogue/tables.js'

export const readSales = query('orders.sales', {
  http: { get: '/items/:sku/sales' },
  summary: 'Read what was sold of an item',
  input: z.object({ sku: Sku }),
  output: z.object({ sku: z.string(), orders: z.int(), quantity: z.int(), revenue: z.int() }),
  allow: signedIn,
  async run({ input, db }) {
    const { sku, soldOrders, soldQuantity, soldRevenue } = await db.require(items, input.sku)
    return { sku, orders: soldOrders, quantity: soldQuantity, revenue: soldRevenue }
  },
})
