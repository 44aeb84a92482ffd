import { anyone, command, job, notFound, query, rowSchema, signedIn } from 'keelson'
import { pgTable, timestamp, uuid } from 'drizzle-orm/pg-core'
import { z } from 'zod'
import { orders } from '../modules/orders/tables.js'

export const receipts = pgTable('receipts', {
  orderId: uuid().primaryKey(),
  sentAt: timestamp({ withTimezone: true }).notNull(),
})

const Input = z.object({ orderId: z.uuid() })

/** Work outside: it may be slow, fail, and happen again. */
export const sendReceipt = job('receipts.send', {
  input: Input,
  retry: { attemptsMax: 8 },
  timeoutMs: 30_000,
  async run({ input, id, http, services, execute, giveUp }) {
    const order = await execute(orderToReceipt, input)
    const answer = await http(services.mailUrl, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': id },
      body: JSON.stringify({ to: order.customerId, total: order.total }),
    })
    if (answer.status === 422) giveUp('The mail service will not take this receipt.')
    if (!answer.ok) throw new Error(`The mail service answered ${answer.status}.`)
    await execute(receiptSent, input)
  },
})

/** Handed over in the commit of the command: no receipt without it, and none is forgotten. */
export const askForReceipt = command('receipts.ask', {
  http: { post: '/orders/:orderId/receipt', status: 202 },
  input: Input,
  allow: signedIn,
  errors: { notFound: notFound('There is no such order.') },
  async run({ input, actor, tx, fail }) {
    const order = await tx.get(orders, input.orderId)
    if (order?.customerId !== actor.id) return fail.notFound()
    tx.enqueue(sendReceipt, input)
  },
})

/** Without a route: for the job alone. */
export const orderToReceipt = query('receipts.order', {
  input: Input,
  output: rowSchema(orders),
  allow: anyone,
  run: ({ input, db }) => db.require(orders, input.orderId),
})

/** Takes effect once, however many attempts the job needs. */
export const receiptSent = command('receipts.sent', {
  input: Input,
  allow: anyone,
  run: ({ input, tx, now }) => void tx.insert(receipts, { orderId: input.orderId, sentAt: now }),
})
