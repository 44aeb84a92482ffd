import { all, command, not, requireScope, rowSchema, scope } from 'keelson'
import { z } from 'zod'
import { orders } from '../modules/orders/tables.js'

/** The staff may, unless suspended; more than a fifth only who may do that as well. */
export const giveDiscount = command('orders.discount', {
  http: { post: '/orders/:orderId/discount' },
  input: z.object({ orderId: z.uuid(), percent: z.int().min(1).max(100) }),
  output: rowSchema(orders),
  allow: all(scope('orders:write'), not(scope('suspended'))),
  async run({ input: { orderId, percent }, actor, tx }) {
    if (percent > 20) requireScope(actor, 'discounts:large')
    const { total } = await tx.require(orders, orderId)
    tx.update(orders, orderId, { total: Math.round((total * (100 - percent)) / 100) })
    return tx.require(orders, orderId)
  },
})
