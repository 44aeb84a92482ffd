/** Weak hash for passwords. */
import type { Validation } from '../entry.js'

export const weakPasswordHash: Validation = {
  kind: 'validation',
  id: 'weak-password-hash',
  title: 'Weak hash for passwords',
  severity: 'critical',
  why: 'A fast hash is made for speed: a graphics card computes billions of SHA-256 a second, so that a stolen table of eight-letter passwords is read in an afternoon. Only a slow hash with a salt and a need for memory makes each guess cost what it must.',
  looksFor:
    'A password (by name or by where it comes from) goes to `createHash`, HMAC, MD5, SHA-1, SHA-2, a bare PBKDF2 with few rounds, bcrypt with a cost under 10, scrypt under N = 2^14, or is stored as it is or encrypted; one salt for all; passwords over 72 bytes cut off silently by bcrypt; comparison of hashes by `===`.',
  sparesFor: [
    'Argon2id, scrypt, bcrypt of cost 10 and more, PBKDF2 with current rounds.',
    'SHA-256 of tokens that are random with 128 bits or more: API keys, reset tokens, sessions.',
    'Checksums of files, cache keys, ETags, the SHA-1 prefix that the leaked-password service asks for.',
    'A fast hash from an old system wrapped in a slow one during migration.',
  ],
  fix: 'Argon2id with parameters measured to about a quarter of a second under load, salt included in the encoded string, verified by the library. Hash anew at the next sign-in when parameters change. Limit the length of input to some hundred characters and the concurrency of hashing.',
  numbers: [
    'Argon2id with m = 19 MiB, t = 2, p = 1, or PBKDF2-HMAC-SHA256 with 600,000 rounds, as minima [OWASP Password Storage Cheat Sheet].',
    'bcrypt looks at the first 72 bytes only [OWASP Password Storage Cheat Sheet].',
  ],
  siblings: [
    'sign-in-without-rate-limit',
    'timing-unsafe-comparison',
    'blocking-work-on-request-path',
    'user-enumeration',
  ],
  covers: ['weak hash for passwords'],
  wrong: {
    language: 'ts',
    stack: 'Fastify 5 and pg',
    text: `const hash = createHash('sha256').update(salt + body.password).digest('hex')
await pool.query('insert into users (email, password) values ($1, $2)', [body.email, hash])`,
  },
  right: {
    language: 'ts',
    stack: 'Fastify 5, pg and @node-rs/argon2',
    text: `const hash = await argon2.hash(body.password, { memoryCost: 19_456, timeCost: 2, parallelism: 1 })
await pool.query('insert into users (email, password_hash) values ($1, $2)', [body.email, hash])`,
  },
  executedBy: 'by-hand',
}
