import type { Pattern } from '../entry.js'

export const circuitBreaker: Pattern = {
  kind: 'pattern',
  id: 'circuit-breaker',
  title: 'Circuit breaker',
  why: 'A dependency that is down is cheap; one that answers after 30 seconds takes your service with it, since every request that waits holds memory, a socket and often a connection. A breaker notices that calls fail, answers at once for a while, and lets single probes find out whether it is over. Your callers get a fast, honest answer, and the dependency gets room to recover.',
  when: 'Around calls over the network whose failure you can answer for: a fallback, a cached value, a clear 503. Useless without a timeout (it counts outcomes, and a hanging call has none) and harmful around your own database, where a breaker turns one slow query into an outage of everything.',
  steps: [
    'Set a timeout first, from the dependency’s p99 and the deadline of your caller.',
    'Say what a failure is: timeouts, connection errors, 5xx, 429. A 404 or 422 is a healthy answer and must not count.',
    'Threshold: a rate over a window with a minimum of calls, such as 50 % of at least 20 in 10 s. Consecutive failures alone trip on noise.',
    'Reset: stay open 5 to 30 s with jitter, then let one probe through (half open); close after it succeeds, open again when it fails.',
    'Fallback, decided with the business: stale data, a default, “later” (a job), or 503 with Retry-After. Never an invented success.',
    'One breaker for each dependency and failure domain (host, shard), never one for all.',
    'Export the state as a metric and log each change; an open breaker that nobody sees is a silent outage.',
  ],
  withKeelson: {
    language: 'ts',
    stack:
      'Keelson as it is: no breaker is built in, so one of your own stands in the job, whose retries are the fallback',
    text: `import { job } from 'keelson'
import { z } from 'zod'

/** Opens when half of at least 20 calls within 10 s failed; probes every 15 s. One for each dependency and process. */
export class Breaker {
  #calls: { at: number; failed: boolean }[] = []
  #openUntil = 0
  readonly #now: () => number

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** Throws at once while it is open; otherwise what \`call\` does. */
  async run<T>(call: () => Promise<T>): Promise<T> {
    const now = this.#now()
    if (now < this.#openUntil) throw new Error('The circuit is open.')
    const isProbe = this.#openUntil > 0
    if (isProbe) this.#openUntil = now + 15_000
    try {
      const value = await call()
      this.#note(false)
      if (isProbe) [this.#openUntil, this.#calls] = [0, []]
      return value
    } catch (error) {
      this.#note(true)
      throw error
    }
  }

  #note(failed: boolean): void {
    const now = this.#now()
    this.#calls = [...this.#calls.filter(({ at }) => at > now - 10_000), { at: now, failed }].slice(-1000)
    const failures = this.#calls.filter((call) => call.failed).length
    if (this.#calls.length >= 20 && failures * 2 >= this.#calls.length) this.#openUntil = now + 15_000
  }
}

const carrier = new Breaker()

/** Parcels are announced later rather than never: an open circuit fails the attempt, the job comes again. */
export const announceParcel = job('parcels.announce', {
  input: z.object({ parcelId: z.uuid() }),
  timeoutMs: 5_000,
  retry: { delayMs: 15_000, attemptsMax: 20 },
  async run({ input, id, http, giveUp }) {
    const answer = await carrier.run(async () => {
      const response = await http('https://carrier.example/parcels', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'Idempotency-Key': id },
        body: JSON.stringify(input),
      })
      if (response.status >= 500 || response.status === 429) throw new Error(String(response.status))
      return response
    })
    if (!answer.ok) giveUp('The carrier refuses this parcel: ' + answer.status)
  },
})`,
  },
  byHand: {
    language: 'ts',
    stack: 'Fastify: a fallback to the last known answer',
    text: `import fastify from 'fastify'

interface Circuit {
  run<T>(call: () => Promise<T>): Promise<T>
}

/** \`circuit\`: opossum, cockatiel, or a small one of your own. */
export function rates(circuit: Circuit, url: string) {
  let last: { at: number; rates: unknown } | undefined

  const fetchRates = async (): Promise<unknown> => {
    const response = await fetch(url, { signal: AbortSignal.timeout(800) })
    // A 4xx means that we ask wrongly: no reason to stop asking.
    if (response.status >= 500) throw new Error(String(response.status))
    return response.json()
  }

  const app = fastify()
  app.get('/rates', async (_request, reply) => {
    try {
      last = { at: Date.now(), rates: await circuit.run(fetchRates) }
    } catch (error) {
      app.log.warn({ err: error }, 'rates: the last known are given')
    }
    const ageMs = Date.now() - (last?.at ?? 0)
    if (last === undefined || ageMs > 3_600_000) return reply.code(503).header('Retry-After', '15').send()
    return reply.header('Age', Math.round(ageMs / 1000)).send(last.rates)
  })
  return app
}`,
  },
  mistakes: [
    'A breaker inside a retry loop that retries while it is open: the loop must see “open” as final.',
    'Counting 4xx, so that one bad client opens the circuit for everybody.',
    'All processes probing at the same second after an outage; jitter the reset.',
    'A fallback that calls another overloaded service, or that has not run since it was written.',
  ],
  numbers: [
    'Defaults to start from: failure rate 50 %, at least 100 calls in the window, 60 s open [Resilience4j documentation, CircuitBreaker]',
    'opossum: 50 %, 30 s to half-open, a timeout of 10 s for each call, which is too long for most requests [opossum README]',
  ],
  siblings: ['retry-with-backoff', 'bulkhead', 'deadline-propagation', 'load-shedding', 'retry-storm'],
  covers: ['circuit breaker'],
}
