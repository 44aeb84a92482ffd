/** Retry without limit or backoff, or of what must not be repeated. */
import type { Validation } from '../entry.js'

export const retryUnsafe: Validation = {
  kind: 'validation',
  id: 'retry-unsafe',
  title: 'Retry without limit or backoff, or of what must not be repeated',
  severity: 'high',
  why: 'A retry is more load at the moment when the other side has too much: three layers that try three times each send twenty-seven calls for one. And a call that timed out may have worked, so that repeating it without a key charges the card again.',
  looksFor:
    'Loops or recursion around a call on failure without a maximum, without growing pauses, or with pauses without jitter; retries on every error (400, 401, 404, 422, validation); at several layers at once (SDK, client and own loop); ignoring `Retry-After`; of POST, payment, mail or enqueue without an idempotency key; of a single statement of a transaction that is aborted already; without regard to the deadline.',
  sparesFor: [
    'GET, PUT and DELETE that are idempotent, with backoff, jitter and few attempts.',
    'POST with a key that the other side honours (Stripe `idempotencyKey`), unchanged over the attempts.',
    'Serialisation failures (40001, 40P01), the whole transaction repeated, a few times.',
    'Queues with attempts, exponential backoff and dead letters.',
  ],
  fix: 'One place that retries, the outermost that knows the deadline: two or three attempts, full jitter, a budget that stops retries when many fail, only for errors that can pass (429, 502, 503, 504, connection refused), only what is idempotent or carries a key.',
  numbers: [
    '3 layers with 3 attempts each make 27 calls [Google SRE Book, Addressing Cascading Failures: 64 with 4 attempts].',
    'A retry budget of 10 % of the requests keeps the extra load bounded [Google SRE Book, Handling Overload].',
  ],
  siblings: [
    'retry-with-backoff',
    'retry-storm',
    'missing-idempotency',
    'idempotency-key',
    'circuit-breaker-missing',
  ],
  covers: ['retry without backoff, jitter or limit', 'retry of a non-idempotent call'],
  wrong: {
    language: 'ts',
    stack: 'Any framework',
    text: `async function charge(order: Order): Promise<Charge> {
  try {
    return await payments.post('/charges', { amount: order.total })
  } catch {
    return charge(order)
  }
}`,
  },
  right: {
    language: 'ts',
    stack: 'Any framework',
    text: `async function charge(order: Order, signal: AbortSignal): Promise<Charge> {
  for (let attempt = 1; ; attempt++) {
    try {
      const headers = { 'Idempotency-Key': \`charge-\${order.id}\` }
      return await payments.post('/charges', { amount: order.total }, { headers, signal })
    } catch (error) {
      if (attempt === 3 || !isPassing(error) || signal.aborted) throw error
      await setTimeout(Math.random() * Math.min(5000, 200 * 2 ** attempt), undefined, { signal })
    }
  }
}`,
  },
  executedBy: 'by-hand',
}
