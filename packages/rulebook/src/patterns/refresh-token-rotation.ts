import type { Pattern } from '../entry.js'

export const refreshTokenRotation: Pattern = {
  kind: 'pattern',
  id: 'refresh-token-rotation',
  title: 'JWT with rotating refresh tokens',
  why: 'A signed token is believed without asking anybody, which makes it quick and impossible to take back. So it lives for minutes, and a second token, which is a row and can be revoked, gets the next one. Rotating that token at each use shows theft: when an old one comes back, thief and owner both have it, and the family is ended. Two tabs that refresh at once look just the same, and must not log anybody out.',
  when: 'For first-party applications with several services behind one sign-in, or mobile clients. For one web application a random session id in a cookie is simpler, and revocable at once; take it unless you need the other.',
  steps: [
    'Access token: 5 to 15 minutes, asymmetric (ES256, EdDSA), `kid`, `iss`, `aud`, `exp`, no personal data.',
    'Verify with a fixed list of algorithms, issuer, audience and type; keys from a JWKS that is cached and that rotates.',
    'Refresh token: 256 random bits, stored as SHA-256 with family, expiry and successor; in the browser a cookie with HttpOnly, Secure, SameSite and the path of the refresh endpoint.',
    'Rotate in one transaction: lock the row, mark it used, insert the successor.',
    'Grace: within some 10 s after its use give a further successor of the same family; later it is theft, revoke the family.',
    'Sign-out, change of password and “everywhere” revoke families. An absolute end, such as 30 days.',
    'Limit attempts, and tell the person of a detected replay.',
  ],
  withKeelson: {
    language: 'ts',
    stack:
      'Keelson as it is: `authenticate` verifies the JWT; rotation is a command, whose verdict is an output, since it must commit',
    text: `import { createHash } from 'node:crypto'
import { pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import { app, anyone, command, KeelsonError, module, type Authenticate } from 'keelson'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { z } from 'zod'

export const refreshTokens = pgTable('refresh_tokens', {
  hash: text().primaryKey(),
  family: uuid().notNull(),
  person: text().notNull(),
  expiresAt: timestamp({ withTimezone: true }).notNull(),
  usedAt: timestamp({ withTimezone: true }),
})

const GRACE_MS = 10_000
const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64url')

/**
 * \`successor\` is drawn by the route that calls this: a handler may run twice, and randomness is not its business. Theft
 * is a verdict and not an error, for an error would undo the revocation.
 */
export const rotate = command('sessions.rotate', {
  input: z.object({ token: z.string().length(43), successor: z.string().length(43) }),
  output: z.object({ verdict: z.enum(['rotated', 'refused', 'replayed']), person: z.string().nullable() }),
  allow: anyone,
  async run({ input, tx, now }) {
    const found = await tx.get(refreshTokens, hashOf(input.token))
    if (found === undefined || found.expiresAt <= now) return { verdict: 'refused' as const, person: null }
    const { family, person, expiresAt, usedAt } = found
    if (usedAt !== null && now.getTime() - usedAt.getTime() > GRACE_MS) {
      await tx.deleteWhere(refreshTokens, { family }, { rowsMax: 10_000 })
      return { verdict: 'replayed' as const, person }
    }
    if (usedAt === null) tx.update(refreshTokens, found.hash, { usedAt: now })
    // The end stays where it was: a family does not live for ever.
    tx.insert(refreshTokens, { hash: hashOf(input.successor), family, person, expiresAt, usedAt: null })
    return { verdict: 'rotated' as const, person }
  },
})

const keys = createRemoteJWKSet(new URL('https://login.example/.well-known/jwks.json'))

const authenticate: Authenticate = async (request) => {
  const token = /^Bearer ([\\w.-]+)$/.exec(request.header('authorization') ?? '')?.[1]
  if (token === undefined) return null
  const { payload } = await jwtVerify(token, keys, {
    algorithms: ['ES256'],
    issuer: 'https://login.example',
    audience: 'https://api.example',
    typ: 'at+jwt',
    requiredClaims: ['exp', 'sub'],
  }).catch(() => {
    throw new KeelsonError('unauthenticated')
  })
  return {
    id: payload.sub!,
    scopes: String(payload.scope ?? '')
      .split(' ')
      .filter((word) => word !== ''),
  }
}

export default app({
  name: 'sessions',
  modules: [module('sessions', { refreshTokens, rotate })],
  auth: { authenticate },
})`,
  },
  byHand: {
    language: 'ts',
    stack: 'pg and jose',
    text: `import { createHash, randomBytes } from 'node:crypto'
import { SignJWT, type CryptoKey } from 'jose'
import type { Pool } from 'pg'

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest()

export type Refreshed = { readonly refresh: string; readonly access: string } | 'refused' | 'replayed'

interface Row {
  readonly family: string
  readonly person: string
  /** More than ten seconds ago: not two tabs, but two holders. */
  readonly replayed: boolean
}

export async function refresh(pool: Pool, key: CryptoKey, keyId: string, token: string): Promise<Refreshed> {
  const successor = randomBytes(32).toString('base64url')
  const client = await pool.connect()
  try {
    await client.query('begin')
    const { rows } = await client.query<Row>(
      \`select family, person, coalesce(used_at < now() - interval '10 seconds', false) as replayed
       from refresh_tokens where hash = $1 and expires_at > now() for update\`,
      [hashOf(token)],
    )
    const found = rows[0]
    if (found?.replayed === true)
      await client.query('delete from refresh_tokens where family = $1', [found.family])
    if (found?.replayed === false) {
      await client.query('update refresh_tokens set used_at = coalesce(used_at, now()) where hash = $1', [
        hashOf(token),
      ])
      await client.query(
        \`insert into refresh_tokens (hash, family, person, expires_at)
         select $2, family, person, expires_at from refresh_tokens where hash = $1\`,
        [hashOf(token), hashOf(successor)],
      )
    }
    // Also when it was replayed: the revocation must stay.
    await client.query('commit')
    if (found === undefined) return 'refused'
    if (found.replayed) return 'replayed'
    const access = await new SignJWT({})
      .setProtectedHeader({ alg: 'ES256', kid: keyId, typ: 'at+jwt' })
      .setSubject(found.person)
      .setIssuer('https://login.example')
      .setAudience('https://api.example')
      .setIssuedAt()
      .setExpirationTime('10m')
      .sign(key)
    return { refresh: successor, access }
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
}`,
  },
  mistakes: [
    'Access tokens of a day, and “log out” that deletes them in the browser alone.',
    'Rotation without grace: flaky networks and two tabs end sessions at random.',
    'Refusing a replay by an exception that rolls the revocation back.',
    'Taking the algorithm from the token’s own header, or a `kid` as a path or a URL.',
    'Tokens in localStorage, where each script of the page reads them.',
  ],
  numbers: [
    'Refresh tokens of public clients must be sender-constrained or rotated [RFC 9700, 2.2.2]',
    'HS256 needs a key of at least 256 bits; the algorithm is pinned by the verifier [RFC 7518, 3.2; RFC 8725, 3.1]',
    'Access tokens as JWT carry `typ: at+jwt`, so that an id token does not pass for one [RFC 9068, 2.1]',
  ],
  siblings: ['rate-limiting', 'api-keys', 'secrets-management', 'pessimistic-lock', 'refresh-token-race'],
  covers: ['JWT with rotating refresh tokens'],
}
