/**
 * Reading orders. Everybody sees their own; of another's order not even that it exists.
 */
import { desc, sql } from 'drizzle-orm'
import { notFound, pageInput, pageOf, query, scope, signedIn } from 'keelson'
import { z } from 'zod'
import { Sku } from '../catalogue/item.js'
import { Order } from './order.js'
import { orderLines, orders } from './tables.js'

const holds = (sku: string) =>
  sql`exists (select from ${orderLines} where ${orderLines.orderId} = ${orders.id} and ${orderLines.sku} = ${sku})`

export const readOrder = query('orders.order', {
  http: { get: '/orders/:id' },
  summary: 'Read an order',
  input: z.object({ id: z.uuid() }),
  output: Order,
  allow: signedIn,
  errors: { notFound: notFound('There is no such order.') },
  async run({ input, actor, db, fail }) {
    const order = await db.get(orders, input.id)
    if (order?.placedBy !== actor.id) return fail.notFound()
    const lines = await db.children([order], orderLines)
    return { ...order, lines: lines.of(order) }
  },
})

/** The caller's own orders, newest first; with `sku` only those that hold this item. */
export const myOrders = query('orders.mine', {
  http: { get: '/orders' },
  summary: 'List your orders, newest first',
  input: pageInput({ sku: Sku.optional() }),
  output: pageOf(Order),
  allow: signedIn,
  async run({ input, actor, db }) {
    const { items: page, next } = await db.page(orders, {
      where: { placedBy: actor.id },
      matching: input.sku === undefined ? undefined : holds(input.sku),
      orderBy: [desc(orders.placedAt), desc(orders.id)],
      page: input,
    })
    const lines = await db.children(page, orderLines)
    return { items: page.map((order) => ({ ...order, lines: lines.of(order) })), next }
  },
})

/** Which of these references are taken: an import asks this to send only what is missing. */
export const importedReferences = query('orders.imported', {
  input: z.object({ references: z.array(z.string()).max(1000) }),
  output: z.object({ references: z.array(z.string()) }),
  allow: scope('orders:import'),
  async run({ input, db }) {
    const found = await db.list(orders, { where: { reference: { in: input.references } }, limit: 1000 })
    return { references: found.flatMap(({ reference }) => reference ?? []) }
  },
})
