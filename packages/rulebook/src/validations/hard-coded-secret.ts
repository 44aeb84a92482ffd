/** Hard-coded secret. */
import type { Validation } from '../entry.js'

export const hardCodedSecret: Validation = {
  kind: 'validation',
  id: 'hard-coded-secret',
  title: 'Hard-coded secret',
  severity: 'critical',
  why: 'What stands in a repository is known to everybody who ever cloned it, to its build logs and to every image made from it, for ever: deleting the line leaves the history. Such a secret cannot differ between test and production, and it cannot be changed on the day it leaks without a deploy.',
  looksFor:
    "A literal (or constants joined to one) that is a credential by its format (AWS access key, GitHub, Slack, Stripe or npm token, private key in PEM, JSON Web Token, connection string with a password), or by its use: it is handed over as a key of HMAC, cipher, JWT or session, as a password of a database or mail client, as a bearer header; or it stands under a name such as `password`, `apiKey`, `clientSecret` with the entropy of a secret. Fallbacks count: `process.env.JWT_SECRET ?? 'change-me'` is the key wherever the variable is missing.",
  sparesFor: [
    'Placeholders by their own words (`<your key>`, `xxxx`, `example`, `changeme` in a template that is not executed), and empty strings.',
    'Tests, fixtures and seeds of local databases (`postgres://postgres:postgres@localhost`), where nothing outside accepts the value.',
    'Public halves: public keys, certificates, publishable keys, client ids, checksums, commit hashes, UUIDs of records.',
    'Names and paths of secrets (`secretName: \'prod/db\'`, header names, form field names, messages such as "Wrong password").',
    'Values that are read: environment, secret store, mounted file.',
  ],
  fix: 'Revoke and replace the secret first; assume that it was read. Then read it at start from the environment or a secret store, with no fallback, and refuse to start without it. Put a scanner into pre-commit and CI, so that the next one does not reach the history.',
  numbers: [
    '12.8 million secrets were found in public commits of 2023, and 90 % of them were still valid five days later [GitGuardian, State of Secrets Sprawl 2024].',
    'A key for HS256 has at least 256 bits [RFC 7518, section 3.2].',
  ],
  siblings: [
    'secrets-in-code',
    'environment-without-validation',
    'jwt-unsafe',
    'secrets-or-personal-data-logged',
    'secrets-management',
    'secrets-in-logs',
  ],
  covers: ['hard-coded credentials'],
  wrong: {
    language: 'ts',
    stack: 'Fastify 5 and @fastify/jwt',
    text: `const stripe = new Stripe('sk_live_51Hx…')

app.register(jwt, { secret: process.env.JWT_SECRET ?? 'supersecret' })`,
  },
  right: {
    language: 'ts',
    stack: 'Fastify 5 and @fastify/jwt',
    text: `const { JWT_SECRET, STRIPE_KEY } = z
  .object({ JWT_SECRET: z.string().min(43), STRIPE_KEY: z.string().startsWith('sk_') })
  .parse(process.env)

const stripe = new Stripe(STRIPE_KEY, { timeout: 10_000, maxNetworkRetries: 2 })

app.register(jwt, { secret: JWT_SECRET })`,
  },
  executedBy: 'rule',
}
