import type { Pattern } from '../entry.js'

export const caching: Pattern = {
  kind: 'pattern',
  id: 'caching',
  title: 'Multi-tier cache with invalidation and stampede protection',
  why: 'The same answer computed ten thousand times a minute is the cheapest load there is to remove, and a cache the easiest way to show one customer the data of another, or yesterday’s price for ever. It is a second copy without constraints: its key, its age and its invalidation are the design. And a hot key that expires under load is a crowd at the database’s door.',
  when: 'When a measured read is dear and repeated and may be a little old. First look for the missing index, the N+1, and the HTTP cache that costs nothing. Never cache what decides (balance, stock, permissions) without a check at the source, and never as a means to survive normal load: a cold start must be possible.',
  steps: [
    'Say for each thing how old it may be; that is the longest life, whatever the invalidation does.',
    'Tiers from outside: browser and CDN (Cache-Control, ETag), shared store, memory of the process (small, seconds). Each outer one only adds age.',
    'Key by everything that the answer depends on: version of the format, tenant, language, rights, parameters in a canonical order.',
    'Invalidate by deletion after the commit, driven by an event, not by writing the new value: two writers may arrive in the wrong order.',
    'Protect the source: one load for a key in a process, stale while revalidating, life ± 10 % at random; across processes a short lease.',
    'Bound it by bytes or entries with LRU; remember “not found” too, briefly.',
    'When the cache is away, go to the source through a limit of concurrency. Measure hits, age and loads by key family.',
  ],
  withKeelson: {
    language: 'ts',
    stack:
      'Keelson: HTTP caching is declared (`cacheControl`, `etag`); a cache of values is not built in, so this is one for the services outside',
    text: `import { integer, pgTable, text } from 'drizzle-orm/pg-core'
import { anyone, query, rowSchema } from 'keelson'
import { z } from 'zod'

export const products = pgTable('products', {
  sku: text().primaryKey(),
  name: text().notNull(),
  price: integer().notNull(),
  version: integer().notNull(),
})

/**
 * Browsers and the CDN keep it for ten seconds, then ask by the version: 304 without a body. Within the process
 * concurrent reads of one row are one statement anyway.
 */
export const product = query('products.get', {
  http: {
    get: '/products/:sku',
    etag: products.version,
    cacheControl: 'public, max-age=10, stale-while-revalidate=60',
  },
  input: z.object({ sku: z.string() }),
  output: rowSchema(products),
  allow: anyone,
  run: ({ input, db }) => db.require(products, input.sku),
})`,
  },
  byHand: {
    language: 'ts',
    stack: 'TypeScript alone: the tier within a process',
    text: `interface Kept<V> {
  readonly value: V
  readonly freshUntil: number
  readonly usableUntil: number
}

export interface CacheOptions {
  readonly freshMs: number
  /** How long a value may still be given while a newer one is fetched, or cannot be. */
  readonly staleMs: number
  readonly entriesMax: number
  readonly now?: () => number
}

/** One load at a time for each key; gives the old value while it loads; the least recently used leave first. */
export class Cache<V> {
  readonly #kept = new Map<string, Kept<V>>()
  readonly #loading = new Map<string, Promise<V>>()
  readonly #options: CacheOptions
  readonly #now: () => number

  constructor(options: CacheOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
  }

  async get(key: string, load: () => Promise<V>): Promise<V> {
    const kept = this.#kept.get(key)
    const now = this.#now()
    if (kept === undefined || now >= kept.usableUntil) return this.#load(key, load)
    this.#kept.delete(key)
    this.#kept.set(key, kept)
    // Its failure is told to whoever asks when the old value may not be given any more.
    if (now >= kept.freshUntil) this.#load(key, load).catch(() => undefined)
    return kept.value
  }

  /** After the commit. A load that began before it may not bring the old value back. */
  invalidate(key: string): void {
    this.#kept.delete(key)
    this.#loading.delete(key)
  }

  #load(key: string, load: () => Promise<V>): Promise<V> {
    const under = this.#loading.get(key)
    if (under !== undefined) return under
    const loading: Promise<V> = load().then(
      (value) => {
        if (this.#loading.get(key) === loading) this.#keep(key, value)
        return value
      },
      (error: unknown) => {
        if (this.#loading.get(key) === loading) this.#loading.delete(key)
        throw error
      },
    )
    this.#loading.set(key, loading)
    return loading
  }

  #keep(key: string, value: V): void {
    const { freshMs, staleMs, entriesMax } = this.#options
    const freshUntil = this.#now() + freshMs * (0.9 + Math.random() * 0.2)
    this.#loading.delete(key)
    this.#kept.set(key, { value, freshUntil, usableUntil: freshUntil + staleMs })
    const oldest = this.#kept.keys().next().value
    if (this.#kept.size > entriesMax && oldest !== undefined) this.#kept.delete(oldest)
  }
}`,
  },
  mistakes: [
    'A key without tenant or rights: the first caller’s answer for everybody.',
    'Invalidating within the transaction: another reader fills the cache with the old row before the commit.',
    'A lifetime of 24 hours “because we invalidate”; one lost message, one day.',
    'Caching errors for as long as values.',
    'A hit rate of 99 % that nobody can do without any more: the source was sized for one in a hundred.',
  ],
  numbers: [
    'From 95 to 90 % hits the load on the source doubles: misses go from 5 to 10 % [arithmetic]',
    'Leases against stampedes took the peak of database queries for hot keys from 17,000 to 1,300 a second [Nishtala et al., Scaling Memcache at Facebook, NSDI 2013, 3.2.1]',
    'stale-while-revalidate and stale-if-error are standard Cache-Control extensions [RFC 5861]',
  ],
  siblings: [
    'read-replicas',
    'cqrs',
    'load-shedding',
    'tenancy-isolation',
    'cache-stampede',
    'uncached-repeated-query',
  ],
  covers: ['multi-tier cache with invalidation and stampede protection'],
}
