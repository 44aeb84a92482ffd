/** Secrets in code. */
import type { SharpEdge } from '../entry.js'

export const secretsInCode: SharpEdge = {
  kind: 'sharp-edge',
  id: 'secrets-in-code',
  title: 'Secrets in code',
  severity: 'critical',
  why: 'A key in the source is known to everyone who can read the repository, its forks, its build cache, its container image and its source maps, for ever: deleting the line leaves it in the history. Bots find keys in public repositories within minutes, and the leak is usually noticed by the bill.',
  symptoms: [
    'The cloud bill exploded overnight',
    'GitHub sent a secret scanning alert',
    'The API key of production is in the repository',
    'A former employee can still sign in to the database',
    'Rotating a key needs a release',
    'Somebody sends mail in our name with our own key',
  ],
  mechanism:
    'A literal in the code, a `.env` that was committed once, a default after `??`, a test fixture with the real key. The compiler copies it to dist, the bundler to the client, the image keeps it in a layer, error reporters send the surrounding code. Taking it out later changes the newest commit only. And since it is the same in every environment, a developer’s laptop holds the key of production.',
  confirm: [
    '`git log --all -p -S "<first characters of the secret>" --oneline`: from which commit on, and whether it was ever pushed.',
    '`gitleaks git .` or `trufflehog git file://.` over the whole history; `strings` over the built artefact and `docker history --no-trunc IMAGE`.',
    'Provider’s audit log: uses of the key from addresses that are not yours. That decides between rotation and incident.',
    'The rule `hard-coded-secret` of @keelson/review on every change.',
  ],
  wayOut: [
    'Stop the bleeding: revoke or rotate the secret now, before anything about the repository. It counts as known from the moment when it was pushed.',
    'Read the audit log since that commit for uses by others; treat them as an incident.',
    'Take it from the environment or a secret manager at the start, refuse to start without it, with no default; a different one for each environment, as narrow as it can be.',
    'Make rotation routine: accept the old and the new one side by side, switch senders, drop the old one.',
    'Keep it out from now on: a scanner before commit and in CI, push protection, `.env` in `.gitignore` and `.dockerignore`. Rewriting the history is cosmetics after rotation.',
    'Better no secret at all: workload identity (OIDC) in CI and cloud. API keys that Keelson issues are stored as SHA-256 only, shown once, carry a prefix for scanners, and are rotated with an overlap.',
  ],
  numbers: [
    '23.8 million new secrets were found in public commits on GitHub in 2024, and 70 % of those leaked in 2022 were still valid [GitGuardian, State of Secrets Sprawl 2025].',
    'A key for HMAC-SHA-256 has at least 256 bits [RFC 7518, section 3.2].',
  ],
  siblings: ['secrets-in-logs', 'injected-sql', 'webhook-replay'],
  covers: ['secrets in code'],
  wrong: {
    language: 'ts',
    stack: 'node:crypto',
    text: `const SECRET = 'not-a-real-secret-41c07be2'

function naive(body: string): string {
  return createHmac('sha256', SECRET).update(body).digest('hex')
}`,
  },
  right: {
    language: 'ts',
    stack: 'node:crypto',
    text: `function mended(environment: NodeJS.ProcessEnv) {
  const secret = environment.WEBHOOK_SECRET
  if (secret === undefined || secret.length < 24) {
    throw new Error('WEBHOOK_SECRET must be set, to 24 characters or more.')
  }
  return (body: string): string => createHmac('sha256', secret).update(body).digest('hex')
}`,
  },
  reproduction: 'secrets-in-code.test.ts',
}
