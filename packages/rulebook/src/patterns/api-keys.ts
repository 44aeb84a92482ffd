import type { Pattern } from '../entry.js'

export const apiKeys: Pattern = {
  kind: 'pattern',
  id: 'api-keys',
  title: 'API key management',
  why: 'A key is a password that programs keep in files, commit to repositories and mail to colleagues. Assume that each will leak: then it matters that it can be recognised, that the database does not hold it, that it may do little, and that it is exchanged without an outage. Keys without owner, purpose and expiry are the ones nobody dares to revoke.',
  when: 'For programs that call yours for themselves. For people use sign-in; for acting on behalf of people OAuth; between your own services workload identity or mutual TLS, where you have them.',
  steps: [
    'Form: a prefix that names you and the environment (`acme_live_`), 256 random bits, a checksum. Scanners find it, typing errors are refused unasked.',
    'Store SHA-256 of it; slow hashes are for passwords that people choose. Show it once, keep the first characters for recognition.',
    'Owner, name, scopes, expiry, addresses if possible, last use by day.',
    'Look up by the hash (an index, no comparison in time), cache for seconds, so that a revocation holds within them everywhere.',
    'Rotate with overlap: two valid keys, then the old one ends. Remind before the expiry.',
    'Take it from the Authorization header; refuse it in URLs, which end up in logs.',
    'Register the form with secret scanning of code hosts, and revoke what they report by itself.',
  ],
  withKeelson: {
    language: 'ts',
    stack: 'Keelson: keys are built in (`kls_…`, hashed, scoped, revoked within five seconds)',
    text: `import { query, scope, type Server } from 'keelson'
import { z } from 'zod'

/** By the shell it is \`keelson keys create\`, \`rotate\`, \`revoke\`; in code the same by \`server.keys\`. */
export async function issueForPartner(server: Server, partner: string): Promise<string> {
  const { key } = await server.keys.create({
    owner: partner,
    name: 'orders of ' + partner,
    scopes: ['orders:read'],
    expiresAt: new Date(Date.now() + 90 * 86_400_000),
    addresses: ['203.0.113.0/24'],
  })
  // Shown to the partner once; nobody can look it up again.
  return key
}

export const whoAmI = query('whoami', {
  http: { get: '/whoami' },
  output: z.object({ id: z.string(), scopes: z.array(z.string()) }),
  allow: scope('orders:read'),
  run: ({ actor }) => ({ id: actor.id, scopes: [...actor.scopes] }),
})`,
  },
  byHand: {
    language: 'ts',
    stack: 'Express 5 and pg',
    text: `import { createHash, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { RequestHandler } from 'express'
import type { Pool } from 'pg'

const PREFIX = 'acme_live_'
const checksum = (body: string): string => crc32(body).toString(16).padStart(8, '0')
const hashOf = (key: string): Buffer => createHash('sha256').update(key).digest()

export interface Grant {
  readonly owner: string
  readonly name: string
  readonly scopes: readonly string[]
  readonly days: number
}

/** The key, for this once. */
export async function issue(pool: Pool, { owner, name, scopes, days }: Grant): Promise<string> {
  const body = randomBytes(32).toString('hex')
  const key = PREFIX + body + checksum(body)
  await pool.query(
    \`insert into api_keys (hash, shown, owner, name, scopes, expires_at)
     values ($1, $2, $3, $4, $5, now() + $6 * interval '1 day')\`,
    [hashOf(key), key.slice(0, PREFIX.length + 6), owner, name, scopes, days],
  )
  return key
}

/** Typing errors and made-up keys are told without asking the database. */
export const isWellFormed = (key: string): boolean => {
  const [, body, sum] = /^acme_live_([0-9a-f]{64})([0-9a-f]{8})$/.exec(key) ?? []
  return body !== undefined && checksum(body) === sum
}

export function requireScope(pool: Pool, scope: string): RequestHandler {
  return async (request, response, next) => {
    const key = /^Bearer (\\S{1,200})$/.exec(request.get('authorization') ?? '')?.[1] ?? ''
    const { rows } = isWellFormed(key)
      ? await pool.query<{ owner: string; scopes: string[] }>(
          'select owner, scopes from api_keys where hash = $1 and revoked_at is null and expires_at > now()',
          [hashOf(key)],
        )
      : { rows: [] }
    const found = rows[0]
    if (found === undefined) return void response.set('WWW-Authenticate', 'Bearer').sendStatus(401)
    if (!found.scopes.includes(scope))
      return void response.status(403).json({ code: 'scope_required', scope })
    response.locals.caller = found.owner
    next()
  }
}`,
  },
  mistakes: [
    'Storing keys in clear “so that customers can see them again”.',
    'bcrypt for random keys: 100 ms of processor for each request, and no index.',
    'One key for the whole company, in fourteen services.',
    'No record of last use, so that no key is ever removed.',
  ],
  numbers: [
    'With 128 random bits guessing is hopeless and a fast hash suffices; 64 bits are the least for session ids [OWASP Session Management Cheat Sheet]',
    'A prefix and a CRC-32 checksum took false positives of secret scanning to about zero [GitHub Blog, Behind GitHub’s new authentication token formats, 2021]',
  ],
  siblings: [
    'secrets-management',
    'rate-limiting',
    'least-privilege',
    'refresh-token-rotation',
    'secrets-in-code',
  ],
  covers: ['API key management'],
}
