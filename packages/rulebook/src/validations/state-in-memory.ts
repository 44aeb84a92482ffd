/** In-memory state where several processes run. */
import type { Validation } from '../entry.js'

export const stateInMemory: Validation = {
  kind: 'validation',
  id: 'state-in-memory',
  title: 'In-memory state where several processes run',
  severity: 'high',
  why: 'What one process remembers the next one does not know. A session ends on the other machine, a limit of ten is forty with four processes, an invalidated cache stays old next door, and a deploy forgets it all. It works on the laptop, where there is one process.',
  looksFor:
    'Module-level `Map`, array or variable (or a library’s memory store: express-session’s MemoryStore, express-rate-limit’s and @nestjs/throttler’s default, node-cache, lru-cache, an in-process EventEmitter or queue) that decides something: sessions, limits, idempotency, locks, used tokens, sockets to reach, jobs, counters; while cluster, pm2, replicas above 1, an autoscaler or serverless is in the repository.',
  sparesFor: [
    'Caches of what never changes, or with a lifetime short enough to be wrong for.',
    'Per-process things: pools, breakers, metrics, DataLoaders of a request, local concurrency limits.',
    'Services that run once by declaration (`replicas: 1` with Recreate).',
    'A limiter in memory in front of an exact one behind.',
  ],
  fix: 'Keep it where all processes see it: Postgres or Redis for sessions, limits, idempotency and locks; a durable queue for work; pub/sub for messages to sockets; signed tokens where no state is needed.',
  numbers: [
    'express-session’s MemoryStore leaks by design and is for 1 process [express-session README, warning].',
  ],
  siblings: [
    'rate-limiter-over-admitting',
    'uncached-repeated-query',
    'cron-in-every-process',
    'sign-in-without-rate-limit',
    'unbounded-cache-or-array',
  ],
  covers: ['in-memory state where several processes run'],
  wrong: {
    language: 'ts',
    stack: 'Express 5; compose file with 4 replicas',
    text: `const usedCoupons = new Set<string>()

app.post('/redeem', (req, res) => {
  if (usedCoupons.has(req.body.code)) return res.sendStatus(409)
  usedCoupons.add(req.body.code)
  res.sendStatus(204)
})`,
  },
  right: {
    language: 'ts',
    stack: 'Express 5; compose file with 4 replicas',
    text: `app.post('/redeem', async (req, res) => {
  const { code } = Redeem.parse(req.body)
  const { rowCount } = await pool.query(
    'insert into redemptions (code, customer_id) values ($1, $2) on conflict (code) do nothing',
    [code, req.user.id],
  )
  res.sendStatus(rowCount === 1 ? 204 : 409)
})`,
  },
  executedBy: 'by-hand',
}
