/** Outside call in a transaction. */
import type { Validation } from '../entry.js'

export const outsideCallInTransaction: Validation = {
  kind: 'validation',
  id: 'outside-call-in-transaction',
  title: 'Outside call in a transaction',
  severity: 'critical',
  why: 'A transaction that waits for somebody else’s server keeps a connection, row locks and the horizon of vacuum for as long as that server likes. When it becomes slow, the pool runs dry and the whole service stands still, although the database is idle. And the call cannot be rolled back: if the commit fails, the card was charged for an order that does not exist.',
  looksFor:
    'Between begin and commit (callback of `$transaction`, `db.transaction`, `knex.transaction`, `sql.begin`, `manager.transaction`, or `BEGIN` … `COMMIT` on one client), directly or in a function called from there, something that leaves the process is awaited: `fetch`, HTTP clients, mail, payment, cloud SDK, broker publish, enqueue in a queue outside this database, a gRPC stub.',
  sparesFor: [
    'The call stands before the begin or after the commit, also where both are in one function.',
    'Queries on the same database, including an outbox row or a job of a queue that lives in it (pg-boss, graphile-worker with the same client).',
    'Pure work: hashing, formatting, validation, logging to stdout.',
    'A promise that is only created from a closure to run after the commit (`afterCommit(() => mail(…))`).',
    'Prisma’s array form, `$transaction([a, b])`, whose queries cannot wait for anything else.',
  ],
  fix: 'Do the call outside. Where its result decides: reserve in a short transaction, call with an idempotency key and a time-out, finish in a second transaction. Where it is a consequence: write an outbox row or a job in the same transaction and send it after the commit. Set `idle_in_transaction_session_timeout`, so that a forgotten one ends.',
  numbers: [
    'Prisma’s interactive transactions end after 5 seconds by default and wait 2 seconds for a connection [Prisma documentation, Transactions: timeout, maxWait].',
    '`idle_in_transaction_session_timeout` is 0, which means never, by default [PostgreSQL manual, Client Connection Defaults].',
  ],
  siblings: [
    'external-call-in-transaction',
    'transactional-outbox',
    'idle-in-transaction',
    'connection-pool-exhaustion',
    'saga',
    'outbound-call-without-timeout',
  ],
  covers: ['external call in a transaction'],
  wrong: {
    language: 'ts',
    stack: 'Hono and Drizzle',
    text: `const order = await db.transaction(async (tx) => {
  const [row] = await tx.insert(orders).values(input).returning()
  await stripe.paymentIntents.create({ amount: row.total, currency: 'eur' })
  await mailer.sendMail({ to: input.email, subject: 'Your order' })
  return row
})`,
  },
  right: {
    language: 'ts',
    stack: 'Hono and Drizzle',
    text: `const order = await db.transaction(async (tx) => {
  const [row] = await tx.insert(orders).values({ ...input, status: 'pending' }).returning()
  await tx.insert(outbox).values({ kind: 'order.placed', key: row.id, payload: row })
  return row
})
const payment = await stripe.paymentIntents.create(
  { amount: order.total, currency: 'eur' },
  { idempotencyKey: \`order-\${order.id}\`, timeout: 10_000 },
)
await db.update(orders).set({ status: 'paid', paymentId: payment.id }).where(eq(orders.id, order.id))`,
  },
  executedBy: 'rule',
}
