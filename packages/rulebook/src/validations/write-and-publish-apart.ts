/** Dual write. */
import type { Validation } from '../entry.js'

export const writeAndPublishApart: Validation = {
  kind: 'validation',
  id: 'write-and-publish-apart',
  title: 'Dual write',
  severity: 'high',
  why: 'The row is committed and the message is lost, or the message is out and the row rolls back. No order of the two lines avoids it, and no try/catch does, because the process may die between them. Downstream then ships what was not paid, or never hears of what was.',
  looksFor:
    'In one operation a commit in the database and a write elsewhere that must agree with it: publish to Kafka, RabbitMQ, NATS, SNS; enqueue in Redis (BullMQ); index in a search engine; a second database; a call that creates something at a partner; in either order, inside or outside the transaction.',
  sparesFor: [
    'An outbox row or a job in the same database and transaction, sent by a relay.',
    'Change data capture of the table.',
    'Cache invalidation with a lifetime short enough to be wrong for, and metrics.',
    'A write elsewhere that a reconciling job repairs, with the job in the repository.',
  ],
  fix: 'Write what is to be said into an outbox in the same transaction; a relay sends it at least once with a stable id; receivers deduplicate by it. Where the outside comes first, record the intent, call with an idempotency key, record the result.',
  numbers: [
    'Delivery is at least once: a consumer must expect 2 copies of any message [transactional outbox, microservices.io/patterns/data/transactional-outbox.html].',
  ],
  siblings: [
    'dual-write-to-broker',
    'transactional-outbox',
    'outbox-skipping-rows',
    'outside-call-in-transaction',
    'event-driven',
  ],
  covers: ['dual write'],
  wrong: {
    language: 'ts',
    stack: 'Fastify 5, Drizzle and BullMQ',
    text: `const [order] = await db.insert(orders).values(input).returning()
await queue.add('order.placed', { id: order.id })
await search.index({ index: 'orders', id: order.id, document: order })`,
  },
  right: {
    language: 'ts',
    stack: 'Fastify 5, Drizzle and pg-boss',
    text: `const order = await db.transaction(async (tx) => {
  const [row] = await tx.insert(orders).values(input).returning()
  await tx.insert(outbox).values({ id: randomUUID(), topic: 'order.placed', payload: { id: row.id } })
  return row
})
// relay: reads the outbox by position, queue.add(topic, payload, { jobId: id }), marks as sent`,
  },
  executedBy: 'by-hand',
}
