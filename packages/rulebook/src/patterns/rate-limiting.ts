import type { Pattern } from '../entry.js'

export const rateLimiting: Pattern = {
  kind: 'pattern',
  id: 'rate-limiting',
  title: 'Rate limiting',
  why: 'Without a limit on sign-in a list of leaked passwords is tried at a thousand a second; without one for each caller the loop of one customer’s script is everybody’s outage. A limit says how much of the service one caller may have. It must count in one place for all processes, or ten instances allow ten times the number.',
  when: 'Sign-in, password reset and everything that sends mail or costs money: always, strictly, by account and by address. Other operations: by caller, generously. It is no protection from overload (that is load shedding), and addresses alone are weak: offices share one, attackers have thousands.',
  steps: [
    'Name what is limited: (operation, account), (operation, address or /64 network), caller, tenant. Several limits at once, each for its threat.',
    'Take a token bucket (rate and burst); a fixed window lets twice the number through around its edge.',
    'Count in a shared store by one atomic statement. A read, a decision and a write admit too many.',
    'Answer 429 with Retry-After, before the dear work (password hash, mail).',
    'For sign-in count failures by account with growing pauses, not a lockout, which lets anybody lock anybody out.',
    'Decide what happens when the store is away: closed for sign-in, open for reads.',
    'Watch refusals by rule and caller; a limit that nobody ever meets is not known to work.',
  ],
  withKeelson: {
    language: 'ts',
    stack:
      'Keelson as it is: no limiter is built in; a bucket is a row, taken from by a command of its own that commits even when the sign-in fails',
    text: `import { doublePrecision, pgTable, text, timestamp } from 'drizzle-orm/pg-core'
import { anyone, command } from 'keelson'
import { z } from 'zod'

/** Unlogged in a real migration: losing it in a crash is harmless. */
export const buckets = pgTable('buckets', {
  name: text().primaryKey(),
  tokens: doublePrecision().notNull(),
  filledAt: timestamp({ withTimezone: true }).notNull(),
})

const BURST = 5
const PER_SECOND = 5 / 60

/**
 * Takes a token, and says whether there was one: a verdict, not an error, since it must commit to count.
 * Whoever signs somebody in executes it first, for the account and for the address.
 */
export const takeToken = command('limits.take', {
  input: z.object({ name: z.string().max(200) }),
  output: z.object({ allowed: z.boolean(), retryAfterSeconds: z.int() }),
  allow: anyone,
  async run({ input: { name }, tx, now }) {
    const bucket = await tx.get(buckets, name)
    const passed = bucket === undefined ? 0 : Math.max(0, now.getTime() - bucket.filledAt.getTime()) / 1000
    const filled = Math.min(BURST, (bucket?.tokens ?? BURST) + passed * PER_SECOND)
    const allowed = filled >= 1
    const left = { tokens: allowed ? filled - 1 : filled, filledAt: now }
    if (bucket === undefined) tx.insert(buckets, { name, ...left })
    else tx.update(buckets, name, left)
    return { allowed, retryAfterSeconds: allowed ? 0 : Math.ceil((1 - filled) / PER_SECOND) }
  },
})`,
  },
  byHand: {
    language: 'ts',
    stack: 'Express 5 and pg: a bucket for each name in one statement',
    text: `import { Router, json } from 'express'
import type { Pool } from 'pg'
import { z } from 'zod'

/** Takes one of \`burst\` tokens that come back at \`perSecond\`; the row's lock makes it right over all processes. */
export async function take(pool: Pool, name: string, burst: number, perSecond: number): Promise<boolean> {
  const { rowCount } = await pool.query(
    \`insert into buckets as b (name, tokens, filled_at) values ($1, $2 - 1, now())
     on conflict (name) do update
       set tokens = least($2, b.tokens + extract(epoch from now() - b.filled_at) * $3) - 1, filled_at = now()
       where least($2, b.tokens + extract(epoch from now() - b.filled_at) * $3) >= 1\`,
    [name, burst, perSecond],
  )
  return rowCount === 1
}

const SignIn = z.object({ email: z.email(), password: z.string().max(200) })

export function signIn(
  pool: Pool,
  verify: (email: string, password: string) => Promise<string | undefined>,
): Router {
  const router = Router().use(json({ limit: '2kb' }))
  router.post('/sessions', async (request, response) => {
    const given = SignIn.safeParse(request.body)
    if (!given.success) return void response.status(400).json({ code: 'invalid_input' })
    const { email, password } = given.data
    // Before the hash, which is what an attacker makes us pay for.
    const allowed =
      (await take(pool, 'sign-in:address:' + request.ip, 30, 0.5)) &&
      (await take(pool, 'sign-in:account:' + email.toLowerCase(), 5, 5 / 60))
    if (!allowed)
      return void response.set('Retry-After', '12').status(429).json({ code: 'too_many_requests' })
    const session = await verify(email, password)
    if (session === undefined) return void response.status(401).json({ code: 'wrong_credentials' })
    response.status(201).json({ session })
  })
  return router
}`,
  },
  mistakes: [
    'A limiter in memory behind a load balancer: the limit is multiplied by instances and forgotten at each deployment.',
    'Taking the address from X-Forwarded-For of anybody.',
    'Counting in the transaction that is rolled back when the sign-in fails: nothing is ever counted.',
    'Limiting IPv6 by whole addresses; a household has 2^64 of them.',
  ],
  numbers: [
    '429 may carry Retry-After, and must not be stored by a cache [RFC 6585, section 4]',
    'At most 100 consecutive failed attempts on one account before it must be throttled further [NIST SP 800-63B, 5.2.2]',
    'A fixed window of 100 a minute admits up to 200 within two seconds around its edge [arithmetic]',
  ],
  siblings: [
    'load-shedding',
    'middleware',
    'api-keys',
    'refresh-token-rotation',
    'sign-in-without-limit',
    'rate-limiter-over-admitting',
  ],
  covers: ['rate limiting'],
}
