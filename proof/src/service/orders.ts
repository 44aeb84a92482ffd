/** Orders with stock, numbered by customer, each with one event in the same commit. */
import { anyone, command, conflict, event, query } from 'keelson'
import { z } from 'zod'
import { customers, items, orderLines, orders, restocks } from './tables.js'

export const OrderPlaced = event('order.placed', {
  version: 1,
  key: (e) => e.customer,
  payload: z.object({ orderId: z.uuid(), token: z.string(), customer: z.string(), number: z.int() }),
})

export const place = command('orders.place', {
  http: { post: '/orders.place' },
  input: z.object({
    token: z.string(),
    customer: z.string(),
    lines: z.array(z.object({ sku: z.string(), quantity: z.int().positive() })).min(1),
  }),
  output: z.object({ id: z.uuid(), number: z.int() }),
  allow: anyone,
  errors: { outOfStock: conflict('Not enough stock.', z.object({ sku: z.string(), available: z.int() })) },
  async run({ input: { token, customer, lines }, tx, id, fail }) {
    const stock = await tx.getMany(
      items,
      lines.map(({ sku }) => sku),
    )
    const number = (await tx.require(customers, customer)).orders + 1
    tx.update(customers, customer, { orders: number })
    const order = tx.insert(orders, { id: id(), token, customer, number })
    for (const { sku, quantity } of lines) {
      const available = stock.get(sku)?.stock ?? 0
      // After the first writes: a refusal takes back what was written before it.
      if (available < quantity) fail.outOfStock({ sku, available })
      tx.update(items, sku, { stock: available - quantity })
      tx.insert(orderLines, { orderId: order.id, sku, quantity })
    }
    tx.emit(OrderPlaced, { orderId: order.id, token, customer, number })
    return { id: order.id, number }
  },
})

export const restock = command('orders.restock', {
  http: { post: '/orders.restock' },
  input: z.object({ token: z.string(), sku: z.string(), quantity: z.int().positive() }),
  allow: anyone,
  run({ input: { token, sku, quantity }, tx, id }) {
    tx.increment(items, sku, { stock: quantity })
    tx.insert(restocks, { id: id(), token, sku, quantity })
  },
})

export const lookStock = query('look.stock', {
  http: { get: '/look.stock' },
  input: z.object({}),
  output: z.object({ items: z.array(z.object({ sku: z.string(), stock: z.int() })) }),
  allow: anyone,
  run: async ({ db }) => ({ items: await db.list(items) }),
})
