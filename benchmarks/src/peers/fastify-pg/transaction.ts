/**
 * An order as a transaction by hand, a statement for each step, all prepared: the way most services are written.
 *
 * The items are decremented first, since the decrement gives the price; the idempotency row comes last, with the
 * answer in it. So an order of one line takes seven round trips, begin and commit included; to reserve the key first, or
 * to read the price first and decrement last, would each cost an eighth.
 */
import type { Pool, PoolClient } from 'pg'
import { refuse, replay, storeAnswer } from './answers.js'
import {
  locationOf,
  quantitiesBySku,
  type Answer,
  type Order,
  type OrderRequest,
  type PlaceOrder,
} from './order.js'

export const transactionPlacer =
  (pool: Pool): PlaceOrder =>
  async (request, serialize) => {
    const client = await pool.connect()
    try {
      const answer = await placed(client, request, serialize)
      client.release()
      return answer
    } catch (error) {
      // The connection goes too, and with it whatever was begun.
      client.release(true)
      throw error
    }
  }

async function placed(
  client: PoolClient,
  request: OrderRequest,
  serialize: (order: Order) => string,
): Promise<Answer> {
  await client.query('begin')
  const prices = await take(client, request)
  if (!prices) {
    await client.query('rollback')
    return refuse(client, request)
  }
  const order = priced(request, prices)
  await insertOrder(client, request, order)
  const answer: Answer = { status: 201, location: locationOf(request), body: serialize(order) }
  const { rowCount } = await client.query(storeAnswer(request, answer))
  if (rowCount === 1) {
    await client.query('commit')
    return answer
  }
  await client.query('rollback')
  return (await replay(client, request))!
}

/** The price of each item after its stock was reduced; undefined if one is unknown or short. */
async function take(client: PoolClient, request: OrderRequest): Promise<Map<string, number> | undefined> {
  const prices = new Map<string, number>()
  for (const [sku, quantity] of quantitiesBySku(request.lines)) {
    const { rows } = await client.query<{ price: number }>({
      name: 'take-item',
      text: `update items set stock = stock - $2, sold_orders = sold_orders + 1, sold_quantity = sold_quantity + $2,
               sold_revenue = sold_revenue + $2::bigint * price
             where sku = $1 and stock >= $2 returning price`,
      values: [sku, quantity],
    })
    if (!rows[0]) return undefined
    prices.set(sku, rows[0].price)
  }
  return prices
}

function priced({ id, placedAt, lines }: OrderRequest, prices: ReadonlyMap<string, number>): Order {
  let total = 0
  const pricedLines = lines.map(({ sku, quantity }) => {
    const unitPrice = prices.get(sku)!
    total += quantity * unitPrice
    return { sku, quantity, unitPrice, total: quantity * unitPrice }
  })
  return { id, status: 'placed', total, placedAt: placedAt.toISOString(), lines: pricedLines }
}

async function insertOrder(client: PoolClient, { placedBy }: OrderRequest, order: Order): Promise<void> {
  await client.query({
    name: 'insert-order',
    text: `insert into orders (id, placed_by, status, total, placed_at) values ($1, $2, 'placed', $3, $4)`,
    values: [order.id, placedBy, order.total, order.placedAt],
  })
  for (const [index, line] of order.lines.entries()) {
    await client.query({
      name: 'insert-line',
      text: `insert into order_lines (order_id, position, sku, quantity, unit_price, total) values ($1, $2, $3, $4, $5, $6)`,
      values: [order.id, index + 1, line.sku, line.quantity, line.unitPrice, line.total],
    })
  }
  await client.query({
    name: 'insert-event',
    text: `insert into events (name, version, key, payload, occurred_at) values ('order.placed', 1, $1, $2, $3)`,
    values: [order.id, JSON.stringify({ orderId: order.id, total: order.total }), order.placedAt],
  })
}
