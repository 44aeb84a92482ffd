import type { Pattern } from '../entry.js'

export const eventDriven: Pattern = {
  kind: 'pattern',
  id: 'event-driven',
  title: 'Event-driven communication',
  why: 'A checkout that calls mail, search, loyalty and analytics is as available as all of them together and as slow as their sum. Saying what happened, and letting each follow at its own pace, takes them off the critical path; a follower that is down catches up. The price is real: what followers show is late, order must be designed, and every follower sees some event twice.',
  when: 'For effects that may be late and that the caller does not need in the answer: projections, notifications, integrations, cache invalidation. Not where the caller needs the result (ask directly), not where an invariant spans both sides (one transaction or a saga), and not between two modules that would be one function call.',
  steps: [
    'Name facts in the past tense: `order.placed`. “SendMail” is a command in disguise and couples the sender to its receiver.',
    'Write the event in the commit of what it tells of (transactional outbox); a publish after the commit loses events, one before it invents them.',
    'Choose the key whose events must stay in order, usually the aggregate’s id, and let different keys go in parallel.',
    'Give each event an id, a version and the moment at which it occurred; put in what followers need to act, no database rows as they are.',
    'Make each follower idempotent: its effect and its position or the event’s id in one commit.',
    'Bound retries; then park the key, not the whole stream. Alert on lag in seconds, not in messages.',
    'Evolve additively; a new meaning is a new version with an upcaster from the old one.',
  ],
  withKeelson: {
    language: 'ts',
    stack: 'Keelson events and subscribers',
    text: `import { integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { command, event, signedIn, subscriber } from 'keelson'
import { z } from 'zod'

export const orders = pgTable('orders', {
  id: uuid().primaryKey(),
  customerId: text().notNull(),
  total: integer().notNull(),
})
export const loyalty = pgTable('loyalty', { customerId: text().primaryKey(), points: integer().notNull() })

export const OrderPlaced = event('order.placed', {
  version: 1,
  key: (e) => e.customerId,
  payload: z.object({ orderId: z.uuid(), customerId: z.string(), total: z.int() }),
})

export const placeOrder = command('orders.place', {
  http: { post: '/orders', status: 201 },
  input: z.object({ total: z.int().positive() }),
  output: z.object({ orderId: z.uuid() }),
  allow: signedIn,
  run({ input: { total }, actor, tx, id }) {
    const order = tx.insert(orders, { id: id(), customerId: actor.id, total })
    // In the same commit: no event without the order, no order without the event.
    tx.emit(OrderPlaced, { orderId: order.id, customerId: actor.id, total })
    return { orderId: order.id }
  },
})

/** Its effect and its position commit together, so that each event counts once. */
export const keepLoyalty = subscriber('loyalty', {
  on: [OrderPlaced],
  from: 'start',
  async run({ event: { payload }, tx }) {
    const points = Math.floor(payload.total / 100)
    if (await tx.exists(loyalty, { customerId: payload.customerId }))
      tx.increment(loyalty, payload.customerId, { points })
    else tx.insert(loyalty, { customerId: payload.customerId, points })
  },
})`,
  },
  byHand: {
    language: 'ts',
    stack: 'pg: a follower that counts each event once',
    text: `import type { Pool } from 'pg'

interface OrderPlaced {
  readonly id: string
  readonly customerId: string
  readonly total: number
}

/** Called for each delivery, and a broker may deliver again: the id of the event decides whether it still counts. */
export async function onOrderPlaced(pool: Pool, event: OrderPlaced): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    const first = await client.query(
      \`insert into handled_events (follower, event_id) values ('loyalty', $1) on conflict do nothing\`,
      [event.id],
    )
    if (first.rowCount === 1) {
      await client.query(
        \`insert into loyalty as l (customer_id, points) values ($1, $2)
         on conflict (customer_id) do update set points = l.points + excluded.points\`,
        [event.customerId, Math.floor(event.total / 100)],
      )
    }
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    // Not acknowledged: it comes again.
    throw error
  } finally {
    client.release()
  }
}`,
  },
  mistakes: [
    'Believing “exactly once” of a broker and leaving out the id: the guarantee ends at your database.',
    'Emitting the whole row; every column is then part of the contract.',
    'One poisoned event that stops the partition for everybody behind it.',
    'A chain of events in which nobody can say where an order is: that is a saga, and wants to be written as one.',
  ],
  numbers: [
    'NOTIFY carries less than 8,000 bytes and is lost by who is not listening: a wake-up, never the message [Postgres manual, NOTIFY]',
    'Five dependencies of 99.9 % called in a row are 0.999^5 = 99.5 % together, 3.6 hours a month instead of 0.7 [arithmetic; Treynor et al., The Calculus of Service Availability, ACM Queue 2017]',
  ],
  siblings: [
    'transactional-outbox',
    'dead-letter-queue',
    'saga',
    'cqrs',
    'dual-write-to-broker',
    'synchronous-chain-of-services',
  ],
  covers: ['event-driven communication'],
}
