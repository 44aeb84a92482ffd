/** Retry storm. */
import type { SharpEdge } from '../entry.js'

export const retryStorm: SharpEdge = {
  kind: 'sharp-edge',
  id: 'retry-storm',
  title: 'Retry storm',
  severity: 'critical',
  why: 'Retries help against single failures and harm against overload: when a dependency is slow, everyone who times out sends again, and the load multiplies exactly when there is least capacity for it. The cause may be gone after a second; the storm keeps the system down until somebody takes load away.',
  symptoms: [
    'The service does not recover although the cause is fixed',
    'Traffic to the dependency tripled during the outage',
    'All clients reconnect in the same second',
    'Load comes in waves after an error',
    'Every layer retries three times',
  ],
  mechanism:
    'Each layer that makes n attempts multiplies: three layers with four attempts turn one click into 64 calls at the bottom. Fixed delays without jitter synchronise: all fail together and come back together. Timeouts of the caller shorter than the work make the server finish what nobody waits for. The goodput falls to zero while utilisation is at 100 %; this state feeds itself (metastable).',
  confirm: [
    'Calls at the bottom divided by requests at the edge: above 1.1 in trouble, and rising with the error rate, is amplification; real demand rises at the edge as well.',
    'A sawtooth in requests per second at the period of the retry delay.',
    'Server: many requests whose client has gone (499 in nginx).',
    'grep for retry settings in every layer: SDKs retry by default.',
  ],
  wayOut: [
    'Stop the bleeding: take load away. Shed at the edge (503 with Retry-After), switch retries off by configuration, open the breakers; let the dependency come back under less than its capacity, then raise.',
    'Retry in one layer only, the one nearest to the user that can still be right; the others pass errors on, marked as not to be retried.',
    'Exponential backoff with full jitter, at most 3 or 4 attempts, within the caller’s deadline.',
    'A budget: retries are at most 10 % of requests per client, over a window; then fail fast.',
    'Retry only what is safe (idempotent) and what may help (timeouts, 502, 503, 429 by its Retry-After), never 4xx else.',
    'Servers: bounded queues, drop what is older than its deadline. Keelson’s jobs back off with half of the wait at random, and a full process answers 503 `overloaded`.',
  ],
  numbers: [
    'Three layers with 4 attempts each make 64 calls of one [Google SRE book, Addressing Cascading Failures].',
    'A retry budget of 10 % of requests per client keeps the amplification to 1.1 [Google SRE book, Handling Overload].',
    'The AWS SDKs make 3 attempts by default in standard mode [AWS SDKs reference guide, Retry behavior].',
  ],
  siblings: ['synchronous-chain-of-services', 'cache-stampede', 'missing-idempotency', 'unbounded-memory'],
  covers: ['retry storm'],
  wrong: {
    language: 'ts',
    stack: 'fetch of Node',
    text: `async function fetchPrice(sku: string): Promise<Response> {
  for (;;) {
    const answer = await fetch(\`\${PRICES}/\${sku}\`).catch(() => undefined)
    if (answer?.ok) return answer
    await setTimeout(1000)
  }
}`,
  },
  right: {
    language: 'ts',
    stack: 'fetch of Node',
    text: `async function fetchPrice(sku: string, deadline: AbortSignal): Promise<Response> {
  for (let attempt = 1; ; attempt += 1) {
    const signal = AbortSignal.any([deadline, AbortSignal.timeout(800)])
    const answer = await fetch(\`\${PRICES}/\${sku}\`, { signal }).catch(() => undefined)
    if (answer !== undefined && answer.status < 500 && answer.status !== 429) return answer
    // The budget earns 0.1 with each request and pays 1 for each retry.
    if (attempt === 3 || deadline.aborted || !budget.spend()) throw new Unavailable('prices')
    await setTimeout(Math.random() * 100 * 2 ** attempt, undefined, { signal: deadline })
  }
}`,
  },
}
