/** Secret compared in varying time. */
import type { Validation } from '../entry.js'

export const timingUnsafeComparison: Validation = {
  kind: 'validation',
  id: 'timing-unsafe-comparison',
  title: 'Secret compared in varying time',
  severity: 'medium',
  why: '`===` on strings stops at the first difference, so that the time of an answer tells how much of a guess was right. Over a network it takes many requests, but a signature that is asked for without limit has all night. The correct function costs nothing and exists in the standard library.',
  looksFor:
    'A secret that a client presents (HMAC of a web-hook, API key, reset token, one-time code, cookie signature, hash of any of these) compared by `===`, `==`, `Buffer.equals`, `compare`, `startsWith`, `includes`; `timingSafeEqual` on inputs whose lengths may differ, since it throws then; a signature computed over the parsed and re-serialised body.',
  sparesFor: [
    '`timingSafeEqual` on digests of equal length.',
    'Lookup by a hash of the secret in a unique index (`where key_hash = $1`): what leaks is about the hash.',
    'Password hashes compared by their library.',
    'Comparisons of what is no secret: ids, types, algorithm names, CSRF cookies of equal origin by a vetted library.',
  ],
  fix: 'Hash both sides with SHA-256 or compute the HMAC, then `timingSafeEqual` over the digests. Take the raw bytes of the body for signatures. Limit attempts.',
  numbers: [
    '`timingSafeEqual` throws ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH where 2 lengths differ [Node documentation, crypto.timingSafeEqual].',
  ],
  siblings: ['webhooks', 'api-keys', 'weak-password-hash', 'sign-in-without-rate-limit', 'webhook-replay'],
  covers: ['timing-unsafe comparison'],
  wrong: {
    language: 'ts',
    stack: 'Express 5',
    text: `app.post('/hooks/payments', (req, res) => {
  const expected = createHmac('sha256', KEY).update(JSON.stringify(req.body)).digest('hex')
  if (req.get('x-signature') !== expected) return res.sendStatus(401)
  res.sendStatus(204)
})`,
  },
  right: {
    language: 'ts',
    stack: 'Express 5',
    text: `app.post('/hooks/payments', express.raw({ type: 'application/json', limit: '100kb' }), (req, res) => {
  const expected = createHmac('sha256', KEY).update(req.body).digest()
  const given = Buffer.from(req.get('x-signature') ?? '', 'hex')
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return res.sendStatus(401)
  res.sendStatus(204)
})`,
  },
  executedBy: 'by-hand',
}
