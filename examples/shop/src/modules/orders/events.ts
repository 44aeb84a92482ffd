/**
 * What the rest of the world may know of orders. The events of one order are delivered in order.
 */
import { event } from 'keelson'
import { z } from 'zod'

export const OrderPlaced = event('order.placed', {
  version: 1,
  key: (order) => order.orderId,
  payload: z.object({ orderId: z.uuid(), total: z.int() }),
})

export const OrderCancelled = event('order.cancelled', {
  version: 1,
  key: (order) => order.orderId,
  payload: z.object({ orderId: z.uuid(), total: z.int() }),
})
