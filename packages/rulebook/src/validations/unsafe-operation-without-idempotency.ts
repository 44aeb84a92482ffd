/** Unsafe operation without idempotency. */
import type { Validation } from '../entry.js'

export const unsafeOperationWithoutIdempotency: Validation = {
  kind: 'validation',
  id: 'unsafe-operation-without-idempotency',
  title: 'Unsafe operation without idempotency',
  severity: 'high',
  why: 'A client that lost the answer cannot know whether the order was placed. It asks again, as does the mobile network, the proxy and the impatient customer, and there are two orders. Only the server can tell a repetition from a second wish, and only if the client can say so.',
  looksFor:
    'POST operations (and web-hook receivers, message handlers) that create, pay, send or book, with neither an idempotency key nor a natural one (a unique constraint on what makes the request the same); a key that is looked up and stored apart from the effect, not in its transaction; kept in memory; not bound to caller and request; the answer not stored, so that a repetition gets an error; PATCH with relative changes.',
  sparesFor: [
    'PUT with an id of the client’s, DELETE, and upserts.',
    'POST that only computes or searches.',
    'Drafts and carts in which a duplicate is harmless and visible.',
    'Operations behind a state machine: a second `pay` of a paid order changes nothing.',
  ],
  fix: 'Accept `Idempotency-Key`, store key, caller, fingerprint of the request and answer in the transaction of the effect under a unique constraint, replay the answer, 422 for another request under the same key, 409 while the first one runs. Web-hooks: unique on the event’s id.',
  numbers: [
    'Stripe keeps keys for at least 24 hours [Stripe API reference, Idempotent requests].',
    'Keys of 1 UUID each; 400, 409 and 422 are the answers to a missing, running and reused one [IETF draft-ietf-httpapi-idempotency-key-header-07].',
  ],
  siblings: [
    'idempotency-key',
    'missing-idempotency',
    'unique-constraint-missing',
    'retry-unsafe',
    'webhook-replay',
  ],
  covers: ['no idempotency on unsafe operations'],
  wrong: {
    language: 'ts',
    stack: 'Fastify 5 and Drizzle',
    text: `app.post('/payments', async ({ body }, reply) => {
  const [payment] = await db.insert(payments).values(body).returning()
  return reply.code(201).send(payment)
})`,
  },
  right: {
    language: 'ts',
    stack: 'Fastify 5 and pg',
    text: `app.post('/payments', { schema: Payment }, async ({ body, headers, actor }, reply) => {
  const key = headers['idempotency-key']
  const { rows } = await pool.query(
    \`insert into payments (id, customer_id, request_key, fingerprint, amount)
     values ($1, $2, $3, $4, $5)
     on conflict (customer_id, request_key) do update set request_key = excluded.request_key
     returning id, amount, fingerprint\`,
    [randomUUID(), actor.id, key, sha256(JSON.stringify(body)), body.amount],
  )
  const { fingerprint, ...payment } = rows[0]
  if (fingerprint !== sha256(JSON.stringify(body))) return reply.code(422).send({ code: 'key_reused' })
  return reply.code(201).send(payment)
})`,
  },
  executedBy: 'by-hand',
}
