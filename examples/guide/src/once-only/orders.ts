import { command, conflict, rowSchema, signedIn } from 'keelson'
import { z } from 'zod'
import { items, lines, orders } from '../modules/orders/tables.js'

export const orderItem = command('orders.orderItem', {
  http: { post: '/items/:sku/orders', status: 201, location: (order) => `/orders/${order.id}` },
  idempotency: 'required',
  input: z.object({ sku: z.string(), quantity: z.int().positive().max(1000) }),
  output: rowSchema(orders),
  allow: signedIn,
  errors: { outOfStock: conflict('Not enough stock.') },
  async run({ input: { sku, quantity }, actor, tx, fail, id, now }) {
    const item = await tx.require(items, sku)
    if (item.stock < quantity) fail.outOfStock()
    tx.update(items, sku, { stock: item.stock - quantity })
    const order = tx.insert(orders, {
      id: id(),
      customerId: actor.id,
      total: item.price * quantity,
      placedAt: now,
    })
    tx.insert(lines, { orderId: order.id, sku, quantity })
    return order
  },
})
