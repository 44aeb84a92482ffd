/** Webhook replay. */
import type { SharpEdge } from '../entry.js'

export const webhookReplay: SharpEdge = {
  kind: 'sharp-edge',
  id: 'webhook-replay',
  title: 'Webhook replay',
  severity: 'high',
  why: 'A signature proves who wrote a message, not that it comes for the first time. Who records one valid "payment succeeded" can send it again as often as he likes; and honest senders deliver twice by contract. Either way the goods are shipped twice.',
  symptoms: [
    'An order was shipped twice after one payment',
    'The same webhook event was processed again days later',
    'Credits were added several times for one purchase',
    'The state went back to an older one',
    'Old events arrive after a provider outage',
  ],
  mechanism:
    'The handler verifies the HMAC of the body, which stays valid for ever. No time is signed or checked, no event id remembered; or the id is checked by SELECT and noted after the work, so that two deliveries at once both pass. Out of order deliveries put an old state over a new one. A body that was parsed and serialised again does not verify, and somebody "solves" it by switching verification off.',
  confirm: [
    '`select event_id, count(*) from webhook_log where accepted group by 1 having count(*) > 1`.',
    'Send a recorded delivery again with curl: 200 and a second effect confirms. An hour later it should be 400.',
    'The provider’s log: one delivery or several? Several are retries (your answer was slow or not 2xx), one is a replay by somebody else.',
  ],
  wayOut: [
    'Stop the bleeding: refuse events whose signed time is older than five minutes; make the effect unique by the object it concerns (payment id).',
    'Verify over the raw bytes, in constant time, with the time inside what is signed.',
    'Insert the event id (unique) in the transaction of the effect; on conflict answer 200 and do nothing.',
    'Answer at once, work in a job; ask the provider for the current state instead of believing the order of events.',
    'Accept two secrets during rotation.',
    'In Keelson take the event id as idempotency key of a command (`server.execute(…, { idempotencyKey })`), and give the raw body to a `route`; mind that answers are kept for a day, so keep the event id in a table of yours as well.',
  ],
  numbers: [
    'Stripe tolerates 5 minutes between the signed time and now, and delivers again for up to 3 days [Stripe documentation, Webhooks].',
  ],
  siblings: ['missing-idempotency', 'race-between-check-and-act', 'secrets-in-code'],
  covers: ['webhook replay'],
  wrong: {
    language: 'ts',
    stack: 'Fastify 5',
    text: `app.post('/webhooks/payments', async ({ body, headers, rawBody }, reply) => {
  if (!verify(rawBody, headers['x-signature'])) return reply.code(400).send()
  await ship(body.orderId)
  return reply.code(200).send()
})`,
  },
  right: {
    language: 'ts',
    stack: 'Fastify 5 and pg',
    text: `app.post('/webhooks/payments', async ({ body, headers, rawBody }, reply) => {
  const signedAt = Number(headers['x-timestamp'])
  if (!(Math.abs(Date.now() / 1000 - signedAt) <= 300)) return reply.code(400).send()
  if (!verify(\`\${signedAt}.\${rawBody}\`, headers['x-signature'])) return reply.code(400).send()
  await inTransaction(pool, async (client) => {
    const seen = await client.query('insert into seen_events values ($1) on conflict do nothing', [body.id])
    if (seen.rowCount === 0) return
    await client.query('insert into shipments (order_id) values ($1)', [body.orderId])
  })
  return reply.code(200).send()
})`,
  },
}
