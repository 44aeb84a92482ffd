/**
 * Cancelling an order: its goods go back into stock and out of the sales figures, once.
 */
import { command, conflict, notFound, signedIn } from 'keelson'
import { z } from 'zod'
import { items } from '../catalogue/tables.js'
import { OrderCancelled } from './events.js'
import { Order } from './order.js'
import { soldItems } from './pricing.js'
import { orderLines, orders } from './tables.js'

export const cancelOrder = command('orders.cancel', {
  http: { post: '/orders/:id/cancel' },
  summary: 'Cancel an order',
  input: z.object({ id: z.uuid() }),
  output: Order,
  allow: signedIn,
  errors: {
    notFound: notFound('There is no such order.'),
    alreadyCancelled: conflict('The order is cancelled already.'),
  },
  async run({ input, actor, tx, fail }) {
    const order = await tx.get(orders, input.id)
    if (order?.placedBy !== actor.id) return fail.notFound()
    if (order.status === 'cancelled') return fail.alreadyCancelled()

    const lines = (await tx.children([order], orderLines)).of(order)
    for (const { sku, quantity, revenue } of soldItems(lines)) {
      tx.increment(items, sku, {
        stock: quantity,
        soldOrders: -1,
        soldQuantity: -quantity,
        soldRevenue: -revenue,
      })
    }
    tx.update(orders, order.id, { status: 'cancelled' })
    tx.emit(OrderCancelled, { orderId: order.id, total: order.total })
    return { ...order, status: 'cancelled', lines }
  },
})
