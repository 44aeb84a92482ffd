/** Sign-in without rate limit. */
import type { Validation } from '../entry.js'

export const signInWithoutRateLimit: Validation = {
  kind: 'validation',
  id: 'sign-in-without-rate-limit',
  title: 'Sign-in without rate limit',
  severity: 'critical',
  why: 'Lists with billions of leaked pairs of address and password are free, and so is the traffic to try them. An endpoint that compares a password as often as it is asked gives accounts away one by one, and since a proper hash takes a tenth of a second of processor time, a few hundred guesses a second also take the service down.',
  looksFor:
    'A route that judges a credential (compares a password hash, issues a session or token after doing so, checks a one-time code, starts or ends a password reset, verifies an API key by trying) and that no limit covers: not at the route, its router, plugin, controller, guard, or the application, nor in the function before the hash is computed. A limit that is registered after the route, that counts by a key that the client chooses, or that is disabled for this path does not cover it.',
  sparesFor: [
    'Limits further out that reach the route: `@fastify/rate-limit` with `global: true`, `ThrottlerGuard` as APP_GUARD, `express-rate-limit` on the app or a parent router before it, hono-rate-limiter.',
    'A counter in the database or Redis, by account or address, that is looked at before the hash.',
    'Identity providers elsewhere: OAuth callbacks, redirects to OIDC, `passport` strategies that compare nothing here.',
    'A gateway’s limit that the configuration of the repository shows (nginx `limit_req` on the path, an ingress annotation).',
    'Routes that check a token which was issued before.',
  ],
  fix: 'Count attempts before the hash, by account and by address, in a store that all processes share, and answer 429 with Retry-After. Ten attempts in fifteen minutes are enough for people. Trust the client’s address from a proxy only where the proxy is yours (`trust proxy` with a number or a network). Cover reset, one-time codes and sign-up alike.',
  numbers: [
    'No more than 100 failed attempts in a row for one account [NIST SP 800-63B].',
    'A code of 6 digits falls with even odds after 500,000 guesses: at 100 a second within one and a half hours [arithmetic: 10^6 / 2 / 100 s].',
  ],
  siblings: [
    'sign-in-without-limit',
    'rate-limiting',
    'user-enumeration',
    'weak-password-hash',
    'state-in-memory',
    'rate-limiter-over-admitting',
  ],
  covers: [],
  wrong: {
    language: 'ts',
    stack: 'Express 5 and Prisma',
    text: `auth.post('/login', async (req, res) => {
  const { email, password } = Login.parse(req.body)
  const user = await prisma.user.findUnique({ where: { email } })
  const isRight = await argon2.verify(user?.passwordHash ?? DUMMY_HASH, password)
  if (!user || !isRight) return res.status(401).json({ code: 'wrong_credentials' })
  res.json({ token: await issue(user.id) })
})`,
  },
  right: {
    language: 'ts',
    stack: 'Express 5, Prisma and rate-limiter-flexible',
    text: `const byAccount = new RateLimiterPostgres({ storeClient: pool, keyPrefix: 'acc', points: 10, duration: 900 })
const byAddress = new RateLimiterPostgres({ storeClient: pool, keyPrefix: 'ip', points: 50, duration: 900 })

auth.post('/login', async (req, res) => {
  const { email, password } = Login.parse(req.body)
  try {
    await Promise.all([byAccount.consume(email.toLowerCase()), byAddress.consume(req.ip ?? '')])
  } catch (refused) {
    if (refused instanceof Error) throw refused
    return res.status(429).set('Retry-After', '900').json({ code: 'too_many_attempts' })
  }
  const user = await prisma.user.findUnique({ where: { email } })
  const isRight = await argon2.verify(user?.passwordHash ?? DUMMY_HASH, password)
  if (!user || !isRight) return res.status(401).json({ code: 'wrong_credentials' })
  res.json({ token: await issue(user.id) })
})`,
  },
  executedBy: 'rule',
}
