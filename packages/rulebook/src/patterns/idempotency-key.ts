import type { Pattern } from '../entry.js'

export const idempotencyKey: Pattern = {
  kind: 'pattern',
  id: 'idempotency-key',
  title: 'Idempotency key',
  why: 'The answer got lost, so the phone sends the order again, and the customer pays twice. No server can tell a repetition from a second wish; only the client can, by naming its intention. With a key that is stored in the same commit as the effect and the answer, asking again is safe at any time, which is what makes retries, queues and impatient people harmless.',
  when: 'For every operation with an effect that may not happen twice: payments, orders, mails, webhooks received, job handlers. PUT of a whole thing and DELETE are idempotent by themselves; a natural unique key (one vote for each person and poll) does the same without a header.',
  steps: [
    'The client draws a random key for each intention, before the first attempt, and keeps it over retries and restarts.',
    'Scope it: unique by caller, operation and key. Otherwise one caller gets the answer of another.',
    'In one transaction: insert the key (unique), do the work, store status and body. The loser of the race waits on the unique index.',
    'Store a hash of the request; the same key with another body is a mistake of the client: 422.',
    'While the first runs: wait briefly, then 409 with Retry-After. Never run it in parallel.',
    'Store verdicts (2xx, 4xx of the domain); never 401, 403, 429 or 5xx, which may come out otherwise next time.',
    'Pass a derived key on to providers. Delete old keys in batches, later than the longest retry.',
  ],
  withKeelson: {
    language: 'ts',
    stack: 'Keelson: key, effect and answer are one commit',
    text: `import { integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { command, paymentRequired, rowSchema, signedIn } from 'keelson'
import { z } from 'zod'

export const wallets = pgTable('wallets', { owner: text().primaryKey(), cents: integer().notNull() })
export const payments = pgTable('payments', {
  id: uuid().primaryKey(),
  payer: text().notNull(),
  payee: text().notNull(),
  cents: integer().notNull(),
})

/** Sent twice with one Idempotency-Key it pays once, and answers twice with the same bytes. */
export const pay = command('payments.pay', {
  http: { post: '/payments', status: 201 },
  idempotency: 'required',
  input: z.object({ payee: z.string(), cents: z.int().positive() }),
  output: rowSchema(payments),
  allow: signedIn,
  errors: { insufficient: paymentRequired('The wallet does not hold enough.') },
  async run({ input: { payee, cents }, actor, tx, fail, id }) {
    const wallet = await tx.get(wallets, actor.id)
    if (wallet === undefined || wallet.cents < cents) return fail.insufficient()
    tx.increment(wallets, actor.id, { cents: -cents })
    tx.increment(wallets, payee, { cents })
    return tx.insert(payments, { id: id(), payer: actor.id, payee, cents })
  },
})`,
  },
  byHand: {
    language: 'ts',
    stack:
      'pg; create table idempotency (caller text, operation text, key text, request text not null, answer jsonb, created_at timestamptz default now(), primary key (caller, operation, key))',
    text: `import { createHash } from 'node:crypto'
import type { Pool, PoolClient } from 'pg'

export interface Answer {
  readonly status: number
  readonly body: unknown
}
export interface Intention {
  readonly caller: string
  readonly operation: string
  readonly key: string
  /** The request as canonical JSON. */
  readonly request: string
}

const REUSED: Answer = { status: 422, body: { code: 'idempotency_key_reused' } }

/** Runs \`work\` at most once for an intention, in the transaction that also keeps the key and the answer. */
export async function once(
  pool: Pool,
  { caller, operation, key, request }: Intention,
  work: (client: PoolClient) => Promise<Answer>,
): Promise<Answer> {
  const hash = createHash('sha256').update(request).digest('hex')
  const client = await pool.connect()
  try {
    await client.query('begin')
    await client.query("set local lock_timeout = '5s'")
    // Waits here for another transaction with the same key; when that has rolled back, the key is ours.
    const first = await client.query(
      \`insert into idempotency (caller, operation, key, request) values ($1, $2, $3, $4) on conflict do nothing\`,
      [caller, operation, key, hash],
    )
    if (first.rowCount === 0) {
      const { rows } = await client.query<{ request: string; answer: Answer }>(
        'select request, answer from idempotency where caller = $1 and operation = $2 and key = $3',
        [caller, operation, key],
      )
      await client.query('rollback')
      return rows[0]?.request === hash ? rows[0].answer : REUSED
    }
    const answer = await work(client)
    await client.query(
      'update idempotency set answer = $4 where caller = $1 and operation = $2 and key = $3',
      [caller, operation, key, JSON.stringify(answer)],
    )
    // A 5xx keeps nothing: neither effect nor key.
    await client.query(answer.status < 500 ? 'commit' : 'rollback')
    return answer
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
}`,
  },
  mistakes: [
    'Key in Redis, effect in Postgres: a crash between the two, and one of them lies.',
    'Check, then insert. Two requests both find nothing; only the unique index decides.',
    'A key made of the content (customer and amount): the second coffee of the day is refused.',
    'A new key with each retry, drawn inside of the HTTP client’s retry loop.',
  ],
  numbers: [
    'Stripe keeps answers for at least 24 hours and takes keys of up to 255 characters [Stripe API reference, Idempotent requests]',
    '409 while the first request runs, 422 for a key with another payload, 400 where a required key is missing [draft-ietf-httpapi-idempotency-key-header-07, section 2.7]',
  ],
  siblings: [
    'retry-with-backoff',
    'webhooks',
    'transactional-outbox',
    'optimistic-concurrency',
    'missing-idempotency',
  ],
  covers: ['idempotency key'],
}
