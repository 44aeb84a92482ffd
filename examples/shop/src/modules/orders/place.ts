/**
 * Placing an order: all lines or none. Callers with the scope `orders:import` may bring orders from elsewhere, with
 * their own prices, date and reference.
 */
import { command, conflict, forbidden, hasScope, signedIn, unprocessable } from 'keelson'
import { z } from 'zod'
import { Price, Sku } from '../catalogue/item.js'
import { items } from '../catalogue/tables.js'
import { confirmOrder } from './confirm.js'
import { OrderPlaced } from './events.js'
import { Order } from './order.js'
import { lineTotal, soldItems } from './pricing.js'
import { orderLines, orders } from './tables.js'

const Line = z.object({
  sku: Sku,
  quantity: z.int().positive().max(100_000),
  unitPrice: Price.optional(),
  discountPercent: z.int().min(0).max(100).optional(),
})

const NewOrder = z.object({
  lines: z.array(Line).min(1).max(100),
  /** Where a confirmation goes. Not kept with the order. */
  email: z.email().max(254).optional(),
  reference: z.string().min(1).max(100).optional(),
  customer: z.string().min(1).max(100).optional(),
  placedAt: z.date().optional(),
})

const isImport = ({ reference, customer, placedAt, lines }: z.infer<typeof NewOrder>): boolean =>
  [reference, customer, placedAt].some((field) => field !== undefined) ||
  lines.some((line) => line.unitPrice !== undefined || line.discountPercent !== undefined)

export const placeOrder = command('orders.place', {
  http: { post: '/orders', status: 201, location: (order) => `/orders/${order.id}` },
  summary: 'Place an order',
  input: NewOrder,
  output: Order,
  allow: signedIn,
  errors: {
    scopeRequired: forbidden('These fields need a further scope.', z.object({ scope: z.string() })),
    duplicateReference: conflict('An order has this reference already.', z.object({ reference: z.string() })),
    unknownItem: unprocessable('There is no such item.', z.object({ sku: z.string() })),
    outOfStock: conflict('There is not enough in stock.', z.object({ sku: z.string(), available: z.int() })),
  },
  async run({ input, actor, tx, fail, id, now }) {
    if (isImport(input) && !hasScope(actor, 'orders:import')) fail.scopeRequired({ scope: 'orders:import' })

    const { reference, customer } = input
    if (reference !== undefined && (await tx.get(orders, { reference }))) {
      fail.duplicateReference({ reference })
    }

    const skus = input.lines.map((line) => line.sku)
    const wanted = await tx.getMany(items, skus)
    const lines = input.lines.map(({ sku, quantity, unitPrice, discountPercent = 0 }, index) => {
      const item = wanted.get(sku) ?? fail.unknownItem({ sku })
      const price = unitPrice ?? item.price
      const total = lineTotal(quantity, price, discountPercent)
      return { position: index + 1, sku: item.sku, quantity, unitPrice: price, discountPercent, total }
    })

    for (const { sku, quantity, revenue } of soldItems(lines)) {
      const available = wanted.get(sku)?.stock ?? 0
      if (available < quantity) fail.outOfStock({ sku, available })
      tx.increment(items, sku, {
        stock: -quantity,
        soldOrders: 1,
        soldQuantity: quantity,
        soldRevenue: revenue,
      })
    }

    const order = tx.insert(orders, {
      id: id(),
      placedBy: actor.id,
      customer,
      reference,
      status: 'placed',
      total: lines.reduce((sum, line) => sum + line.total, 0),
      placedAt: input.placedAt ?? now,
    })
    tx.insertMany(
      orderLines,
      lines.map((line) => ({ orderId: order.id, ...line })),
    )
    tx.emit(OrderPlaced, { orderId: order.id, total: order.total })
    if (input.email !== undefined) tx.enqueue(confirmOrder, { orderId: order.id, email: input.email })
    return { ...order, lines }
  },
})
