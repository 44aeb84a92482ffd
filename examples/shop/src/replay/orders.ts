/**
 * Sends orders as a client would: concurrently, each with an idempotency key that is always the same for the same
 * order. So it may be sent again at any time: the key, or after it the reference, keeps an order from counting twice.
 */
import { concurrently } from './concurrently.js'
import type { NorthwindOrder } from './northwind.js'
import { type Answer, describe, type ShopClient } from './shop-client.js'

export interface Sent {
  sent: number
  /** New with this request. */
  placed: number
  /** Answered from the store of the idempotency key. */
  replayed: number
  /** Refused because the reference is taken: placed before, under a key that the server no longer knows. */
  alreadyThere: number
  /** Refused for any other reason, in words. */
  refused: string[]
}

export interface SendOptions {
  readonly concurrency: number
  readonly progress?: (done: number, total: number) => void
}

// `unique_violation` is what the second of two that come at once under different keys gets.
const isTaken = ({ status, body }: Answer): boolean =>
  status === 409 && (body['code'] === 'duplicate_reference' || body['code'] === 'unique_violation')

const count = (sent: Sent, order: NorthwindOrder, answer: Answer): void => {
  if (answer.status === 201 && answer.replayed) sent.replayed += 1
  else if (answer.status === 201) sent.placed += 1
  else if (isTaken(answer)) sent.alreadyThere += 1
  else sent.refused.push(`order ${order.reference}: ${describe(answer)}`)
}

export const sendOrders = async (
  shop: ShopClient,
  orders: readonly NorthwindOrder[],
  { concurrency, progress }: SendOptions,
): Promise<Sent> => {
  const sent: Sent = { sent: 0, placed: 0, replayed: 0, alreadyThere: 0, refused: [] }
  await concurrently(orders, concurrency, async (order) => {
    const idempotencyKey = `northwind-${order.reference}`
    const answer = await shop.send({ method: 'POST', path: '/v1/orders', body: order, idempotencyKey })
    sent.sent += 1
    count(sent, order, answer)
    progress?.(sent.sent, orders.length)
  })
  return sent
}
