import type { Pattern } from '../entry.js'

export const retryWithBackoff: Pattern = {
  kind: 'pattern',
  id: 'retry-with-backoff',
  title: 'Retry with exponential backoff and jitter',
  why: 'Most failures over a network are over in a second, and asking again heals them. Asking again at once, without limit and together with everybody else is how a hiccup becomes an outage: retries are extra load exactly when there is too much of it. Backoff spreads them over time, jitter over clients, a budget bounds their sum.',
  when: 'For transient failures (connection refused or reset, 408, 429, 502, 503, 504, serialization failures) of calls that may be repeated: reads, and writes under an idempotency key. Never for 4xx in general, never for a write without a key, and only in one layer of the stack.',
  steps: [
    'Decide the layer: the one nearest to the failing call, or the client. The layers between pass failures on.',
    'Give each attempt a timeout and all of them together a deadline; stop when the next pause would pass it.',
    'Pause `random(0, min(cap, base · 2^attempt))`, “full jitter”; base near the usual latency, cap some tens of seconds.',
    'Obey Retry-After when it is sent; it is a floor for the pause.',
    'At most 3 attempts on a request that someone waits for; many, over hours, for background work, then a dead letter.',
    'Add a budget for each process: retries are at most 10 % of requests. Beyond it fail at once.',
    'Send the same idempotency key with each attempt, and count attempts in a metric.',
  ],
  withKeelson: {
    language: 'ts',
    stack:
      'Keelson: jobs back off by themselves, half of each pause at random; commands repeat what the database undid',
    text: `import { job } from 'keelson'
import { z } from 'zod'

/** Attempts after about 2, 4, 8 … seconds, at most 10 minutes apart; dead, and visible, after the twelfth. */
export const syncContact = job('contacts.sync', {
  input: z.object({ contactId: z.uuid(), email: z.email() }),
  timeoutMs: 5_000,
  retry: { attemptsMax: 12, delayMs: 2_000, delayMaxMs: 600_000 },
  async run({ input, id, http, attempt, log, giveUp }) {
    const answer = await http('https://crm.example/contacts/' + input.contactId, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': id },
      body: JSON.stringify({ email: input.email }),
    })
    if (answer.ok) return
    const isTransient = [408, 425, 429, 500, 502, 503, 504].includes(answer.status)
    // What will not change by waiting is not asked again.
    if (!isTransient) giveUp('The CRM refuses the contact: ' + answer.status)
    log.warn({ attempt, status: answer.status }, 'The CRM is not there; tried again later.')
    throw new Error('The CRM answered ' + answer.status)
  },
})`,
  },
  byHand: {
    language: 'ts',
    stack: 'fetch, with a deadline and a budget',
    text: `import { setTimeout as pause } from 'node:timers/promises'

const TRANSIENT: ReadonlySet<number> = new Set([408, 425, 429, 502, 503, 504])

/** Ten retries for each hundred requests of this process, ten saved up at most. */
let budget = 10

export interface Attempts {
  readonly deadlineMs: number
  readonly attemptsMax?: number
  readonly baseMs?: number
  readonly capMs?: number
}

/** For requests that may be repeated: reads, and writes that carry an Idempotency-Key in \`init\`. */
export async function fetchWithRetries(url: string, init: RequestInit, options: Attempts): Promise<Response> {
  const { deadlineMs, attemptsMax = 3, baseMs = 100, capMs = 10_000 } = options
  const endsAt = performance.now() + deadlineMs
  budget = Math.min(10, budget + 0.1)
  for (let attempt = 1; ; attempt++) {
    const leftMs = Math.max(1, endsAt - performance.now())
    const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(leftMs) }).catch(
      (error: unknown) => ({
        error,
      }),
    )
    const isFinal = 'status' in answer && !TRANSIENT.has(answer.status)
    const afterMs = 'headers' in answer ? 1000 * (Number(answer.headers.get('Retry-After')) || 0) : 0
    const waitMs = Math.max(afterMs, Math.random() * Math.min(capMs, baseMs * 2 ** attempt))
    const isLast = attempt >= attemptsMax || budget < 1 || performance.now() + waitMs >= endsAt
    if (isFinal || isLast) {
      if ('status' in answer) return answer
      throw answer.error
    }
    budget--
    await pause(waitMs)
  }
}`,
  },
  mistakes: [
    'Retrying in the SDK, in the service and in the gateway: three layers of three make 27 calls of one.',
    'Exponential without jitter: all clients come back in the same millisecond, only later.',
    'Retrying a POST after a timeout without a key; the first one had succeeded.',
    'Retrying what the caller has long given up on, since no deadline was passed along.',
  ],
  numbers: [
    'Three retries in each of five layers multiply the load on the last one by up to 243 [Amazon Builders’ Library, Timeouts, retries, and backoff with jitter]',
    'At most 3 attempts a request, and retries below 10 % of a client’s requests: growth under failure is then about 1.1 instead of 3 times [SRE book, chapter 21]',
    'Full jitter needs the least work and nearly the least time of the variants that were compared, with 100 contending clients [AWS Architecture Blog, Exponential Backoff and Jitter, 2015]',
  ],
  siblings: [
    'idempotency-key',
    'circuit-breaker',
    'deadline-propagation',
    'dead-letter-queue',
    'retry-storm',
  ],
  covers: ['retry with exponential backoff and jitter'],
}
