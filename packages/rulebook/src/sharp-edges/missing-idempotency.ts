/** Missing idempotency on payment, order, mail, webhook. */
import type { SharpEdge } from '../entry.js'

export const missingIdempotency: SharpEdge = {
  kind: 'sharp-edge',
  id: 'missing-idempotency',
  title: 'Missing idempotency on payment, order, mail, webhook',
  severity: 'critical',
  why: 'Networks lose answers, not only requests. Whoever gets no answer sends again: the browser, the mobile app, the load balancer, the queue, the partner’s webhook sender. If the same request can take effect twice, every timeout is a double charge waiting to be noticed by the customer.',
  symptoms: [
    'Customer charged twice for one order',
    'Duplicate orders a few seconds apart with the same content',
    'The same mail was sent three times',
    'The webhook was processed twice after our deploy',
    'Double rows appear exactly when latency spikes or a pod restarts',
    'The user clicked the button twice',
  ],
  mechanism:
    'The server commits, then the answer is lost: a timeout, a reset, a process that is killed after COMMIT. The client cannot tell this from a request that never arrived and repeats it; the second one is, to the server, a new order. "Look whether it exists, then insert" does not help when both run at once: both look before either has inserted. Only something unique that the database itself enforces, and that is written in the same transaction as the effect, decides.',
  confirm: [
    "`select customer_id, amount_cents, count(*), max(created_at) - min(created_at) as apart from payments where created_at > now() - interval '1 day' group by 1, 2 having count(*) > 1 order by apart`: pairs that lie a client’s timeout apart (10, 30, 60 s) are retries; milliseconds apart are double clicks.",
    'Access log: two POSTs of the same client and body, of which the first has status 499, 502 or 504 at the proxy and 201 at the service.',
    'Queues: the redelivery count of the duplicated message is above 0.',
    'Provider’s dashboard: two charges with different idempotency keys for one order id. Then your retry made a new key for each attempt, which is as good as none.',
  ],
  wayOut: [
    'Stop the bleeding: add a unique constraint on what the business calls the same (order id per charge, event id per webhook), after the duplicates that exist have been dealt with; take retries off the unsafe route at the proxy.',
    'Refund what was doubled, found by the query above, before customers ask.',
    'Take an `Idempotency-Key` from the caller; in one transaction insert it (primary key, `on conflict do nothing`), do the work, store the answer. The second with the same key waits for the first one’s commit and gets its answer; another body under the key is 422.',
    'Make the key where the intention arises (when the form is opened, when the job is written), never per attempt, and hand it on to the provider.',
    'Mail and other effects outside: a row with a unique key per message decides who sends; the remaining gap, sent but not noted, is closed by the provider’s own key or accepted knowingly.',
    'Keelson does this for every command: same key, same answer byte for byte, 422 for another request, and events and jobs commit with it.',
  ],
  numbers: [
    'Stripe keeps idempotency keys for at least 24 hours and compares the parameters [Stripe API reference, Idempotent requests].',
    'Amazon SQS standard queues deliver at least once, FIFO queues deduplicate within 5 minutes only [Amazon SQS developer guide].',
    'A key of 128 random bits (a UUID v4 has 122) does not collide by accident [RFC 9562, section 5.4].',
  ],
  siblings: ['race-between-check-and-act', 'retry-storm', 'webhook-replay', 'dual-write-to-broker'],
  covers: ['missing idempotency on payment, order, mail, webhook'],
  wrong: {
    language: 'ts',
    stack: 'Fastify 5 and pg',
    text: `function naive(pool: pg.Pool) {
  const app = Fastify()
  app.post<Payment>('/payments', async ({ body }, reply) => {
    const id = randomUUID()
    await pool.query('insert into payments (id, amount_cents) values ($1, $2)', [id, body.amountCents])
    return reply.code(201).send({ id })
  })
  return app
}`,
  },
  right: {
    language: 'ts',
    stack: 'Fastify 5 and pg',
    text: `function mended(pool: pg.Pool) {
  const app = Fastify()
  app.post<Payment>('/payments', async ({ body, headers }, reply) => {
    const key = headers['idempotency-key']
    const client = await pool.connect()
    try {
      await client.query('begin')
      // The second of two that overlap waits here for the first one's commit, by the primary key.
      const taken = await client.query(
        'insert into answers (key, request) values ($1, $2) on conflict do nothing returning key',
        [key, JSON.stringify(body)],
      )
      if (taken.rowCount === 0) {
        const stored = await client.query<{ request: string; body: object }>(
          'select request, body from answers where key = $1',
          [key],
        )
        await client.query('commit')
        if (stored.rows[0]?.request !== JSON.stringify(body)) return await reply.code(422).send()
        return await reply.code(201).header('idempotent-replayed', 'true').send(stored.rows[0].body)
      }
      const answer = { id: randomUUID() }
      await client.query('insert into payments (id, amount_cents) values ($1, $2)', [
        answer.id,
        body.amountCents,
      ])
      await client.query('update answers set body = $2 where key = $1', [key, answer])
      await client.query('commit')
      return await reply.code(201).send(answer)
    } catch (error) {
      await client.query('rollback')
      throw error
    } finally {
      client.release()
    }
  })
  return app
}`,
  },
  reproduction: 'missing-idempotency.test.ts',
}
