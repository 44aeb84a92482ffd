/** Cache stampede. */
import type { SharpEdge } from '../entry.js'

export const cacheStampede: SharpEdge = {
  kind: 'sharp-edge',
  id: 'cache-stampede',
  title: 'Cache stampede',
  severity: 'high',
  why: 'When a popular entry of the cache expires, everyone who asks for it misses at the same moment, and all of them compute it. The database, which has been sized for the traffic behind the cache, gets that in front of it, and slows down, so that still more of them miss.',
  symptoms: [
    'The database spikes every full hour or every five minutes',
    'After a flush or restart of Redis everything went down',
    'Latency peaks exactly when the TTL runs out',
    'The same expensive query runs a hundred times at once',
    'We cannot start with a cold cache',
  ],
  mechanism:
    'An entry is computed in t seconds and asked for r times a second: between expiry and the first write back r·t requests miss. If they slow the query down, t grows, and so does the number. Entries that were filled together (after a deploy) expire together. Locks in one process do not help over many.',
  confirm: [
    "`select query, count(*) from pg_stat_activity where state = 'active' group by 1 having count(*) > 5`: equal statements at once.",
    'Misses per second by key: a peak with the period of the TTL. Steady misses mean a bad key or too small a cache.',
    'Flush one hot key in staging under load, and count the statements.',
  ],
  wayOut: [
    'Stop the bleeding: lengthen the TTL, serve stale values, limit concurrency of the expensive query (one at a time by advisory lock, the rest gets the old value).',
    'Single flight in each process: keep the promise, all who miss share it.',
    'Over processes: a short lock in the cache, or refresh ahead of expiry with a probability that grows (XFetch); stale-while-revalidate for all others.',
    'Jitter on each TTL, ± 10 to 20 %; warm up before taking traffic.',
    'Cache absence too, for a shorter time.',
    'In Keelson equal reads that are concurrent are one statement for a whole process, which bounds the stampede to one per process.',
  ],
  numbers: [
    'Misses in a stampede = request rate × time to compute: 500 a second and 2 s make 1,000 equal queries [arithmetic].',
    'Probabilistic early expiration with beta = 1 is optimal for exponential gaps [Vattani, Chierichetti, Lowenstein, VLDB 2015].',
  ],
  siblings: ['uncached-repeated-query', 'retry-storm', 'connection-pool-exhaustion'],
  covers: ['cache stampede'],
  wrong: {
    language: 'ts',
    stack: 'ioredis and pg',
    text: `async function topProducts(): Promise<Product[]> {
  const kept = await redis.get('top')
  if (kept !== null) return JSON.parse(kept) as Product[]
  const products = await queryTopProducts(pool)
  await redis.set('top', JSON.stringify(products), 'EX', 300)
  return products
}`,
  },
  right: {
    language: 'ts',
    stack: 'ioredis and pg',
    text: `let underWay: Promise<Product[]> | undefined

async function topProducts(): Promise<Product[]> {
  const kept = await redis.get('top')
  const entry = kept === null ? undefined : (JSON.parse(kept) as { products: Product[]; staleAt: number })
  if (entry !== undefined && Date.now() < entry.staleAt) return entry.products
  // Over processes one refreshes; in this one everybody shares it. Those who have the old value do not wait.
  const isMine = (await redis.set('top:lock', '1', 'EX', 10, 'NX')) === 'OK'
  if (entry !== undefined && !isMine) return entry.products
  underWay ??= refresh().finally(() => (underWay = undefined))
  return entry?.products ?? underWay
}`,
  },
}
