/** Critical dependency without a circuit breaker. */
import type { Validation } from '../entry.js'

export const circuitBreakerMissing: Validation = {
  kind: 'validation',
  id: 'circuit-breaker-missing',
  title: 'Critical dependency without a circuit breaker',
  severity: 'medium',
  why: 'With a time-out of two seconds and a hundred requests a second, a dead dependency holds two hundred requests at any time, all of which will fail. A breaker fails them at once, leaves room for what works, and gives the other side the quiet it needs to come back.',
  looksFor:
    'A dependency outside of the process that a frequent request waits for (payment, tax, search, identity, another service), whose calls all go out however many have just failed: no breaker, no limit of concurrency, no fallback; a breaker for each request (`new CircuitBreaker` in the handler), or one for all hosts together; client errors (4xx) that count as failures.',
  sparesFor: [
    'The database that everything needs: there is nothing to do without it, and the pool with its time-out is the bound.',
    'Calls in jobs whose queue pauses on failures.',
    'A mesh or gateway with outlier detection that the repository shows.',
    'Rare calls of administrators.',
  ],
  fix: 'One breaker a dependency at module level (opossum, cockatiel), around the call with its time-out; bound the calls in flight; say what is answered while it is open: a cached value, a reduced answer, 503 with Retry-After. Publish its state as a metric.',
  numbers: [
    'Resilience4j’s defaults, to begin with: opens at 50 % failures over 100 calls, tries again after 60 s [resilience4j documentation, CircuitBreaker].',
  ],
  siblings: [
    'circuit-breaker',
    'bulkhead',
    'outbound-call-without-timeout',
    'load-shedding',
    'synchronous-chain-of-services',
  ],
  covers: ['no circuit breaker on a critical dependency'],
  wrong: {
    language: 'ts',
    stack: 'Fastify 5',
    text: `app.get('/search', async ({ query }) => {
  const response = await fetch(\`\${SEARCH}/query?q=\${encodeURIComponent(query.q)}\`)
  return response.json()
})`,
  },
  right: {
    language: 'ts',
    stack: 'Fastify 5 and opossum',
    text: `const search = new CircuitBreaker(searchService.find, {
  timeout: 800,
  errorThresholdPercentage: 50,
  volumeThreshold: 20,
  resetTimeout: 10_000,
  capacity: 50,
})
search.fallback((q: string) => popular.matching(q))

app.get('/search', ({ query }) => search.fire(query.q))`,
  },
  executedBy: 'by-hand',
}
