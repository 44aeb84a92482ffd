/** Dual write to database and broker. */
import type { SharpEdge } from '../entry.js'

export const dualWriteToBroker: SharpEdge = {
  kind: 'sharp-edge',
  id: 'dual-write-to-broker',
  title: 'Dual write to database and broker',
  severity: 'critical',
  why: 'Two systems cannot be written in one step. Code that commits to Postgres and then publishes to Kafka, RabbitMQ or a search index loses a message each time it dies between the two, and publishes things that never happened when it does them the other way round. The two drift apart for ever, and nobody knows where.',
  symptoms: [
    'An order exists but the warehouse never heard of it',
    'The search index does not match the database',
    'Events are missing after a deploy or a broker outage',
    'Consumers got an event for a row that does not exist',
    'We run a nightly job that reconciles the two',
  ],
  mechanism:
    'COMMIT succeeds, then the process is killed, the broker refuses, or the publish times out: the row is there, its message is not. Publishing first fails the other way: the transaction rolls back after the message left, or a consumer reads before COMMIT. A retry in memory dies with the process. try/catch around the publish cannot undo a commit, and two-phase commit is not offered by the usual brokers.',
  confirm: [
    "Compare: `select o.id from orders o left join warehouse_orders w using (id) where w.id is null and o.created_at < now() - interval '5 min'`.",
    'Missing ids cluster at deploys, restarts and broker errors; a broken consumer loses a kind of message instead, all of the time.',
    'In the code: a `publish`, `send` or `index` after (or within) a transaction, with no row that remembers it.',
  ],
  wayOut: [
    'Stop the bleeding: republish what is missing, found by the comparison; consumers must deduplicate by event id first.',
    'Write the message as a row in the same transaction (outbox); a relay publishes it and marks it sent, at least once, with a stable id.',
    'Page the outbox in a way that skips no row which commits late.',
    'Consumers record the event id in the transaction of their effect (inbox).',
    'Watch the age of the oldest unsent row.',
    'In Keelson `tx.emit` and `tx.enqueue` commit with the rows; relays to brokers are not there yet, a subscriber of yours publishes with the event’s id.',
  ],
  numbers: [
    'At-least-once is what remains after a crash: 1 message may be sent 2 times, never 0 [Kafka documentation, Message Delivery Semantics].',
    'PREPARE TRANSACTION is off unless max_prepared_transactions is above 0, its default [PostgreSQL manual, 19.4 Resource Consumption].',
  ],
  siblings: ['outbox-skipping-rows', 'external-call-in-transaction', 'missing-idempotency'],
  covers: ['dual write'],
  wrong: {
    language: 'ts',
    stack: 'Fastify 5 and pg',
    text: `await client.query('insert into orders (id, total_cents) values ($1, $2)', [id, total])
await client.query('commit')
// Killed here, or refused: an order that nobody ships.
await broker.publish('order.placed', { id, total })`,
  },
  right: {
    language: 'ts',
    stack: 'Fastify 5 and pg',
    text: `await client.query('insert into orders (id, total_cents) values ($1, $2)', [id, total])
await client.query('insert into outbox (id, topic, payload) values ($1, $2, $3)', [
  randomUUID(),
  'order.placed',
  { id, total },
])
await client.query('commit')
// A relay reads the outbox, publishes with the row's id as message id, and marks it sent.`,
  },
}
