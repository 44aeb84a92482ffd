import { any, hidden, pageInput, pageOf, query, rowSchema, scope } from 'keelson'
import { z } from 'zod'
import { orders } from '../modules/orders/tables.js'

/** Customers see their own orders, the staff all of them; for others there is nothing here. */
export const ordersOf = query('orders.of', {
  http: { get: '/customers/:customerId/orders' },
  input: pageInput({ customerId: z.uuid() }),
  output: pageOf(rowSchema(orders)),
  allow: hidden(any(scope('orders:read'), (actor, input) => actor.id === input.customerId)),
  run: ({ input, db }) =>
    db.page(orders, { where: { customerId: input.customerId }, orderBy: orders.id, page: input }),
})
