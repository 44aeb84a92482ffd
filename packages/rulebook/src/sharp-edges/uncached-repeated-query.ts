/** The same query on every request, uncached. */
import type { SharpEdge } from '../entry.js'

export const uncachedRepeatedQuery: SharpEdge = {
  kind: 'sharp-edge',
  id: 'uncached-repeated-query',
  title: 'The same query on every request, uncached',
  severity: 'medium',
  why: 'Settings, feature flags, exchange rates, the menu, the permissions of a role: what changes once a week is read a thousand times a second. Each is a millisecond and a connection; together they are most of the load, they are what makes the pool too small, and they multiply exactly when traffic does.',
  symptoms: [
    'Most queries per second are SELECTs of a table with twenty rows',
    'Database CPU scales with traffic although the data never changes',
    'Every request reads the same settings, flags or permissions first',
    'pg_stat_statements is led by a query on a tiny table',
    'We need a bigger database only to serve configuration',
  ],
  mechanism:
    'A middleware or helper loads the thing where it is needed, since there it is simple and always current. The query is fast (all pages in memory), so that nobody looks at it; its price is the round trip, the parse and plan, and a connection, on each request, several times where several layers ask. Postgres keeps pages in memory, not answers: it executes it anew each time.',
  confirm: [
    '`select query, calls, round(100 * total_exec_time / sum(total_exec_time) over ()) as percent, rows / calls as rows from pg_stat_statements order by calls desc limit 10`: calls near or above the number of requests, the same parameters.',
    '`select relname, seq_scan + idx_scan as reads, n_tup_ins + n_tup_upd + n_tup_del as writes from pg_stat_user_tables order by reads desc`: reads by the million, writes by the dozen, decides that a cache pays.',
    'In one trace: the same statement with the same parameters more than once. With differing parameters it is N+1 instead.',
  ],
  wayOut: [
    'Stop the bleeding: keep the value in the process for a few seconds (5 s take away 99.9 % at 200 requests a second); ask first whether seconds of staleness hurt (permissions, prices).',
    'Keep the promise rather than the value, so that those who come while it loads share one query; drop it when it fails.',
    'Invalidate exactly: a trigger or the writing code sends NOTIFY in the transaction, each process listens and drops; a maximal age is the net under lost notifications, and after a reconnect everything is dropped.',
    'Bound the cache (entries, bytes) and key it by tenant and by whatever the answer depends on.',
    'Per request: load once and hand on, instead of each layer asking for itself.',
    'Keelson coalesces equal reads that are concurrent into one statement over all requests, and keeps callers’ API keys for 4.5 s; a cache across time is yours to write.',
  ],
  numbers: [
    'NOTIFY reaches listeners at commit, is deduplicated within a transaction, and its payload is below 8,000 bytes [PostgreSQL manual, NOTIFY].',
    'At r requests a second a lifetime of t seconds saves 1 - 1/(r·t) of the queries: 200 a second and 5 s save 99.9 % [arithmetic].',
  ],
  siblings: ['cache-stampede', 'n-plus-one-queries', 'connection-pool-exhaustion'],
  covers: ['the same query on every request, uncached'],
  wrong: {
    language: 'ts',
    stack: 'Fastify 5 and pg',
    text: `function naive(pool: pg.Pool) {
  const app = Fastify()
  app.get('/shipping', async () => {
    const settings = await readSettings(pool)
    return { freeFrom: settings.free_shipping_from }
  })
  return app
}`,
  },
  right: {
    language: 'ts',
    stack: 'Fastify 5 and pg',
    text: `const AGE_MAX_MS = 30_000

function mended(pool: pg.Pool, listener: pg.Client, now = Date.now) {
  let kept: { settings: ReturnType<typeof readSettings>; until: number } | undefined
  // A trigger on the table notifies; the age is the net under lost notifications.
  listener.on('notification', () => (kept = undefined))
  const currentSettings = () => {
    if (kept === undefined || now() >= kept.until) {
      // The promise is kept, not the value: those who come while it is under way share one query.
      const entry = { settings: readSettings(pool), until: now() + AGE_MAX_MS }
      entry.settings.catch(() => kept === entry && (kept = undefined))
      kept = entry
    }
    return kept.settings
  }
  const app = Fastify()
  app.get('/shipping', async () => {
    const settings = await currentSettings()
    return { freeFrom: settings.free_shipping_from }
  })
  return app
}`,
  },
  reproduction: 'uncached-repeated-query.test.ts',
}
