import type { Pattern } from '../entry.js'

export const transactionalOutbox: Pattern = {
  kind: 'pattern',
  id: 'transactional-outbox',
  title: 'Transactional outbox',
  why: 'Commit, then publish: the process dies between and the order exists that nobody ships. Publish, then commit: the commit fails and something ships that nobody ordered. There is no order of two calls that is right. The message must be a row in the same commit as the effect, and be sent from there, as often as needed, by something that survives the process.',
  when: 'Whenever a change in the database must reach something else: broker, mail, webhook, search index, another service. Not needed where the follower reads the same database in its own transaction, or where losing a message truly does not matter (a cache that expires anyway).',
  steps: [
    'Table `outbox`: id, key, kind, payload, headers with the trace, created at. The insert stands in the command’s transaction.',
    'A relay reads in small batches with `for update skip locked`, sends, then deletes or marks; at least once, so consumers deduplicate by the id.',
    'Do not page by a sequence (`id > last`): numbers are drawn before commits, and a row that commits late is skipped for good. Claim rows, or move them by what is visible.',
    'Keep order by key only: one worker for each key, or an advisory lock by its hash.',
    'Wake the relay with NOTIFY and poll besides; a notification is lost when nobody listens.',
    'Delete what is sent, in batches, or drop partitions: an outbox that only grows makes the relay slow, and autovacuum with it.',
    'Alert on the age of the oldest unsent row.',
  ],
  withKeelson: {
    language: 'ts',
    stack: 'Keelson: `tx.enqueue` is the outbox for what leaves Postgres, `tx.emit` for what stays',
    text: `import { integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { command, job, signedIn } from 'keelson'
import { z } from 'zod'

export const orders = pgTable('orders', {
  id: uuid().primaryKey(),
  customerId: text().notNull(),
  total: integer().notNull(),
})

/** At least once, with the same id at every attempt: the warehouse deduplicates by it. */
export const tellWarehouse = job('orders.tellWarehouse', {
  input: z.object({ orderId: z.uuid(), total: z.int() }),
  retry: { attemptsMax: 20 },
  async run({ input, id, http, traceparent }) {
    const answer = await http('https://warehouse.example/orders', {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'Idempotency-Key': id,
        ...(traceparent === undefined ? {} : { traceparent }),
      },
      body: JSON.stringify(input),
    })
    if (!answer.ok) throw new Error('The warehouse answered ' + answer.status)
  },
})

export const placeOrder = command('orders.place', {
  http: { post: '/orders', status: 201 },
  idempotency: 'required',
  input: z.object({ total: z.int().positive() }),
  output: z.object({ orderId: z.uuid() }),
  allow: signedIn,
  run({ input: { total }, actor, tx, id }) {
    const order = tx.insert(orders, { id: id(), customerId: actor.id, total })
    tx.enqueue(tellWarehouse, { orderId: order.id, total })
    return { orderId: order.id }
  },
})`,
  },
  byHand: {
    language: 'ts',
    stack: 'pg: the relay; the insert into `outbox` stands in the transaction of the order',
    text: `import type { Pool } from 'pg'

interface Message {
  readonly id: string
  readonly payload: unknown
}

/**
 * Claims a batch for a minute, sends outside of any transaction, then deletes what was sent. Who dies meanwhile leaves
 * rows that others claim when the minute is over. Gives how many it has sent; call again at once while that is 100.
 */
export async function relay(pool: Pool, send: (message: Message) => Promise<void>): Promise<number> {
  const { rows } = await pool.query<Message>(
    \`update outbox set claimed_until = now() + interval '1 minute'
     where id in (
       select id from outbox where claimed_until < now() order by created_at limit 100 for update skip locked
     )
     returning id, payload\`,
  )
  const results = await Promise.allSettled(rows.map((message) => send(message)))
  const sent = rows.filter((_, at) => results[at]?.status === 'fulfilled').map(({ id }) => id)
  await pool.query('delete from outbox where id = any($1::uuid[])', [sent])
  return sent.length
}`,
  },
  mistakes: [
    'Publishing in an “after commit” hook of the ORM: it runs in the same process that may be gone.',
    'Paging by an ascending id and losing rows of slow transactions, one in a million, for ever.',
    'Holding a transaction open while the broker answers: the relay then holds back vacuum.',
    'Consumers without deduplication, because “the outbox sends each row once”.',
  ],
  numbers: [
    'Sequence values are never rolled back and not handed out in commit order, so gaps and late arrivals are normal [Postgres manual, 9.17]',
    'Two systems and one crash: of the two orders of commit and publish both lose; agreement needs one log [Kleppmann, Designing Data-Intensive Applications, chapter 11]',
  ],
  siblings: [
    'event-driven',
    'dead-letter-queue',
    'webhooks',
    'saga',
    'dual-write-to-broker',
    'outbox-skipping-rows',
  ],
  covers: ['transactional outbox'],
}
