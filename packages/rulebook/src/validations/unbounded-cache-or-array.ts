/** Unbounded cache, array or queue. */
import type { Validation } from '../entry.js'

export const unboundedCacheOrArray: Validation = {
  kind: 'validation',
  id: 'unbounded-cache-or-array',
  title: 'Unbounded cache, array or queue',
  severity: 'high',
  why: 'A map by user, URL or query that nothing removes from is a leak with a good name. It grows for weeks, garbage collection takes longer and longer, and the process dies at its busiest hour. A buffer in front of something slow is the same within minutes.',
  looksFor:
    'A `Map`, object, array or Set at module or singleton level that requests add to and nothing removes from, or without a maximum; `memoize` without size; listeners added for each request; arrays that collect a whole stream, body or cursor; producer queues and `WebSocket.send` without a look at `bufferedAmount` or the result of `write`; p-limit and BullMQ producers without a bound on what waits; metric labels with ids.',
  sparesFor: [
    'LRU with `max` and lifetime, WeakMap keyed by the request.',
    'Keys from a small fixed set: currencies, routes, tenants of a bounded number.',
    'Collections that live as long as one request, over bounded input.',
  ],
  fix: 'Say for each collection what bounds it: entries, bytes or age (`lru-cache` with `max` and `ttl`), and what happens at the bound: evict, refuse with 503, or slow the producer by awaiting `drain`. Watch its size as a metric.',
  numbers: [
    'A Map holds at most 2^24 (about 16.7 million) entries in V8 before `set` throws [V8 source, OrderedHashMap::MaxCapacity].',
    'The 11th listener for one event warns of a leak: defaultMaxListeners is 10 [Node documentation, events].',
  ],
  siblings: [
    'unbounded-memory',
    'bounded-queues',
    'resource-exhaustion-by-input',
    'state-in-memory',
    'cache-stampede',
  ],
  covers: ['unbounded cache or array'],
  wrong: {
    language: 'ts',
    stack: 'Any framework',
    text: `const profiles = new Map<string, Profile>()

export async function profileOf(id: string) {
  if (!profiles.has(id)) profiles.set(id, await load(id))
  return profiles.get(id)!
}`,
  },
  right: {
    language: 'ts',
    stack: 'lru-cache',
    text: `const profiles = new LRUCache<string, Profile>({
  max: 10_000,
  ttl: 60_000,
  fetchMethod: (id, _stale, { signal }) => load(id, signal),
})

export const profileOf = (id: string) => profiles.fetch(id)`,
  },
  executedBy: 'by-hand',
}
