/** Insecure or biased randomness. */
import type { Validation } from '../entry.js'

export const insecureRandomness: Validation = {
  kind: 'validation',
  id: 'insecure-randomness',
  title: 'Insecure or biased randomness',
  severity: 'high',
  why: '`Math.random` is a generator whose state can be computed from a few outputs: whoever requests some reset tokens knows the next ones. Sound bytes can be spoilt too, since a remainder or a sort by random numbers prefers some values, which shortens codes and makes draws unfair.',
  looksFor:
    '`Math.random`, `Date.now`, a counter, uuid v1 or v7, nanoid’s non-secure form or a hash of such as a token, password, code, key, nonce, session id, file name that protects, or draw with money in it; `randomBytes(n)[i] % m` where m does not divide 256; `array.sort(() => Math.random() - 0.5)`; fewer than 128 bits for a bearer secret.',
  sparesFor: [
    '`Math.random` for jitter, sampling, test data, balancing and animation.',
    '`randomBytes`, `randomUUID`, `randomInt`, `crypto.getRandomValues`, nanoid.',
    'A remainder by a power of two up to 256, and rejection sampling.',
    'Seeded generators in tests and simulations.',
  ],
  fix: "`randomBytes(32).toString('base64url')` for tokens, `randomInt(10 ** 6)` for codes of six digits, a Fisher-Yates shuffle with `randomInt` for order. Store tokens hashed.",
  numbers: [
    'byte % 62 gives 8 of the 62 letters 25 % more often than the others [arithmetic: 256 = 4 × 62 + 8].',
    'A session id needs at least 128 bits from a secure generator [OWASP ASVS 5.0, 7.2.3].',
  ],
  siblings: ['weak-encryption', 'timing-unsafe-comparison', 'user-enumeration', 'unsafe-cookie-session'],
  covers: ['insecure randomness for secrets', 'biased randomness'],
  wrong: {
    language: 'ts',
    stack: 'Express 5 and Prisma',
    text: `const token = Math.random().toString(36).slice(2)
const code = Array.from(randomBytes(6), (byte) => byte % 10).join('')
await prisma.reset.create({ data: { email, token, code } })`,
  },
  right: {
    language: 'ts',
    stack: 'Express 5 and Prisma',
    text: `const token = randomBytes(32).toString('base64url')
const code = randomInt(1_000_000).toString().padStart(6, '0')
await prisma.reset.create({
  data: { email, tokenHash: sha256(token), codeHash: await argon2.hash(code), expiresAt: inMinutes(15) },
})`,
  },
  executedBy: 'by-hand',
}
