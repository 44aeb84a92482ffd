/**
 * The confirmation of an order by mail. A job, since mail is an outside call: it goes out after the order is committed, again
 * if it failed, and the order does not wait for it.
 */
import { anyone, job, notFound, query } from 'keelson'
import { z } from 'zod'
import { Order } from './order.js'
import { orderLines, orders } from './tables.js'

/** Not public, as it has no route. */
export const orderToConfirm = query('orders.toConfirm', {
  input: z.object({ id: z.uuid() }),
  output: Order,
  allow: anyone,
  errors: { notFound: notFound('There is no such order.') },
  async run({ input, db, fail }) {
    const order = (await db.get(orders, input.id)) ?? fail.notFound()
    const lines = await db.children([order], orderLines)
    return { ...order, lines: lines.of(order) }
  },
})

export const confirmOrder = job('orders.confirm', {
  input: z.object({ orderId: z.uuid(), email: z.email() }),
  retry: { attemptsMax: 8 },
  timeoutMs: 30_000,
  async run({ input, id, signal, services, execute }) {
    const order = await execute(orderToConfirm, { id: input.orderId })
    // Cancelled before its confirmation was out: there is nothing to confirm.
    if (order.status === 'cancelled') return
    const lines = order.lines.map(({ sku, quantity, total }) => `${quantity} × ${sku}: ${money(total)}`)
    await services.mailer.send(
      {
        id,
        to: input.email,
        subject: `Your order ${order.id}`,
        text: `${lines.join('\n')}\n\nTotal: ${money(order.total)}\n`,
      },
      signal,
    )
  },
})

/** From minor units. */
const money = (amount: number): string => (amount / 100).toFixed(2)
