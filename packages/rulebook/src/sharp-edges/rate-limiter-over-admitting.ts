/** Distributed rate limiter over-admitting. */
import type { SharpEdge } from '../entry.js'

export const rateLimiterOverAdmitting: SharpEdge = {
  kind: 'sharp-edge',
  id: 'rate-limiter-over-admitting',
  title: 'Distributed rate limiter over-admitting',
  severity: 'medium',
  why: 'A limit of 100 a minute that is counted in each process is 100 times the number of processes, and changes with every scaling. One that reads, compares and writes lets through what arrives in between. Partners, quotas and the password form rely on a number that is not there.',
  symptoms: [
    'Limits are exceeded by exactly the number of pods',
    'The limiter lets bursts through',
    'Twice the limit passes at the turn of the minute',
    'The partner blocked us although we limit ourselves',
    'After a deploy all counters are at zero',
  ],
  mechanism:
    'Memory of the process: N processes give N times the limit. GET, compare, INCR in three steps: all that read before the first INCR pass. Fixed windows: the limit at the end of one and again at the start of the next, twice within a second. INCR and EXPIRE apart: a crash between leaves a counter without end. Believing X-Forwarded-For gives each attacker as many identities as he likes.',
  confirm: [
    'Send 3 × the limit at once over all processes, count what is not 429: limit × processes is memory, limit + concurrency is a race, 2 × limit around a full minute is the window.',
    '`redis-cli ttl key` of -1: a counter that never ends.',
    'Change X-Forwarded-For with each request: no 429 any more?',
  ],
  wayOut: [
    'Stop the bleeding: the limit at the gateway, or limit ÷ processes in each.',
    'One atomic step where all can see it: an upsert with RETURNING, a Lua script; token bucket or GCRA in place of fixed windows.',
    'Decide what happens when the store is away: open for reading, closed for sign-in and money.',
    'Key by account or API key first, by address only behind a proxy that is named and trusted.',
    'Answer with Retry-After and RateLimit headers.',
    'Rate limits are not in Keelson yet (callers are limited by 503 `overloaded` only); put one before it.',
  ],
  numbers: [
    'Fixed windows admit up to 2 × the limit within one length of window [arithmetic; Cloudflare, How we built rate limiting, 2017].',
    'A memory store is for each process: 4 processes admit 4 × the limit [express-rate-limit documentation, Data stores].',
  ],
  siblings: ['sign-in-without-limit', 'race-between-check-and-act', 'retry-storm'],
  covers: ['distributed rate limiter over-admitting'],
  wrong: {
    language: 'ts',
    stack: 'ioredis',
    text: `const used = Number((await redis.get(key)) ?? 0)
if (used >= LIMIT) return reply.code(429).send()
await redis.incr(key)
await redis.expire(key, 60)`,
  },
  right: {
    language: 'sql',
    stack: 'Postgres: a token bucket in one statement',
    text: `insert into buckets as b (key, tokens, at) values ($1, $2 - 1, clock_timestamp())
on conflict (key) do update set
  tokens = least($2, b.tokens + extract(epoch from excluded.at - b.at) * $3) - 1,
  at = excluded.at
where least($2, b.tokens + extract(epoch from excluded.at - b.at) * $3) >= 1
returning tokens -- no row: refused`,
  },
}
