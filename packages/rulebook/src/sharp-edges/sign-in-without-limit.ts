/** No rate limit on sign-in. */
import type { SharpEdge } from '../entry.js'

export const signInWithoutLimit: SharpEdge = {
  kind: 'sharp-edge',
  id: 'sign-in-without-limit',
  title: 'No rate limit on sign-in',
  severity: 'critical',
  why: 'Passwords that leaked elsewhere are tried on every sign-in form of the internet, by the million, from many addresses. Without a limit some of your accounts are open at any time, and the hash that makes guessing expensive for the attacker makes it expensive for your processor: a thousand guesses a second is an outage too.',
  symptoms: [
    'Thousands of failed logins a minute',
    'Accounts taken over although the password hashes are strong',
    'CPU at 100 % in bcrypt, scrypt or argon2',
    'Customers are locked out because somebody guesses at their accounts',
    'Sign-in traffic at night from many countries',
    'One IP tries one password on every account',
  ],
  mechanism:
    'Two attacks need two counters. Guessing: many passwords on one account, which a counter by account stops. Stuffing and spraying: one or two tries on each of many accounts, which it never sees, but a counter by address (and one over the whole service) does. A counter in memory is multiplied by the number of processes and emptied by each deploy. One that is read, compared and then written lets through what arrives at the same time. One that counts failures only after the hash was computed does not protect the processor.',
  confirm: [
    "`select date_trunc('minute', at), count(*) filter (where not succeeded), count(distinct email), count(distinct address) from sign_ins group by 1 order by 1 desc`: few accounts and many tries is guessing, many accounts with few tries each is stuffing.",
    'Send 60 wrong passwords at once, then the right one: 200 means that there is no limit. Send them to two processes: twice as many as the limit means that it counts in memory.',
    'Flame graph or thread pool: crypto work at the top, queue of libuv’s threads growing.',
  ],
  wayOut: [
    'Stop the bleeding: a limit at the gateway for the sign-in route by address and over all; raise the challenge (CAPTCHA, proof of work) for suspicious networks.',
    'Force a reset for accounts that were signed in to from the attacking addresses; end their sessions.',
    'Count before the password is looked at, atomically, where all processes see it (an upsert in Postgres, a script in Redis): by account, by address or network, and in total. Answer 429 with Retry-After.',
    'Slow down rather than lock: a lock by account alone is a switch with which anybody shuts out anybody. A known device or a second factor gets a budget of its own.',
    'Check new passwords against leaked ones, offer passkeys, give the same answer and the same time for unknown accounts.',
    'The same limits for password reset, second factor, sign-up and every endpoint that tells whether an account exists.',
  ],
  numbers: [
    'At most 100 failed attempts in a row on one account [NIST SP 800-63B, section 5.2.2 of revision 3].',
    'Argon2id with at least 19 MiB, 2 iterations and 1 degree of parallelism, or scrypt with N = 2^17, r = 8, p = 1 [OWASP Password Storage Cheat Sheet].',
    'libuv has 4 threads by default: four hashes at a time, the rest queues with DNS and file access [Node documentation, UV_THREADPOOL_SIZE].',
  ],
  siblings: ['rate-limiter-over-admitting', 'race-between-check-and-act', 'refresh-token-race'],
  covers: ['no rate limit on sign-in'],
  wrong: {
    language: 'ts',
    stack: 'Fastify 5 and pg',
    text: `function naive(pool: pg.Pool) {
  const app = Fastify()
  app.post<SignIn>('/sign-in', async ({ body }, reply) => {
    if (!(await isRight(pool, body))) return reply.code(401).send({ code: 'wrong_credentials' })
    return { session: 'granted' }
  })
  return app
}`,
  },
  right: {
    language: 'ts',
    stack: 'Fastify 5 and pg',
    text: `const ATTEMPTS_MAX = 10

const WINDOW = '15 minutes'

async function countAttempt(pool: pg.Pool, subject: string): Promise<number> {
  const { rows } = await pool.query<{ attempts: number }>(
    \`insert into sign_in_attempts as a (subject, window_start, attempts)
     values ($1, now(), 1)
     on conflict (subject) do update set
       attempts = case when a.window_start > now() - $2::interval then a.attempts + 1 else 1 end,
       window_start = case when a.window_start > now() - $2::interval then a.window_start else now() end
     returning attempts\`,
    [subject, WINDOW],
  )
  return rows[0]?.attempts ?? Infinity
}

function mended(pool: pg.Pool) {
  const app = Fastify()
  app.post<SignIn>('/sign-in', async ({ body, ip }, reply) => {
    const attempts = await Promise.all([
      countAttempt(pool, \`account \${body.email.toLowerCase()}\`),
      countAttempt(pool, \`address \${ip}\`),
    ])
    if (attempts.some((count) => count > ATTEMPTS_MAX)) {
      return reply.code(429).header('retry-after', '900').send({ code: 'too_many_attempts' })
    }
    if (!(await isRight(pool, body))) return reply.code(401).send({ code: 'wrong_credentials' })
    return { session: 'granted' }
  })
  return app
}`,
  },
  reproduction: 'sign-in-without-limit.test.ts',
}
