/** Refresh-token race logging users out. */
import type { SharpEdge } from '../entry.js'

export const refreshTokenRace: SharpEdge = {
  kind: 'sharp-edge',
  id: 'refresh-token-race',
  title: 'Refresh-token race logging users out',
  severity: 'high',
  why: 'Rotation makes each refresh token good for one use, and takes a second use for theft. Two tabs, a retry after a lost answer, or parallel requests of one app use it twice in all innocence, and the user is logged out, at random and for no reason that can be seen.',
  symptoms: [
    'Users are logged out at random',
    'It happens with several tabs open',
    'Mobile users must sign in again after a bad connection',
    'invalid_grant right after a successful refresh',
    'Many refreshes in the same second after the app wakes up',
  ],
  mechanism:
    'The access token expires; three requests fail with 401 at once; each refreshes with the same token. The first rotates it; the second is a reuse, so the server revokes the family, the new token included. Or the answer with the new token is lost: the client has only the old one. Without a lock on the server two refreshes can even both succeed, and make two families.',
  confirm: [
    '`select family_id, count(*), max(used_at) - min(used_at) as apart from refresh_uses where is_reuse group by 1`: reuses within seconds, from the same address and agent. Theft is minutes or days apart, from another one.',
    'Client log: several refresh requests within 100 ms.',
    'Send one refresh token twice in a row: is the session dead afterwards?',
  ],
  wayOut: [
    'Stop the bleeding: a grace of 10 to 30 s in which a reused token of the same client gets the same successor.',
    'Server: lock the row of the family (`for update`), store successor and time; a reuse in the grace is answered with the same successor, later it revokes the family and alerts.',
    'Client: one refresh at a time (keep the promise), across tabs by `navigator.locks`; refresh a little before expiry, with jitter.',
    'Keep only hashes of refresh tokens; for the replay in grace derive the successor (HMAC of family and counter) rather than storing it.',
    'Browsers: a session cookie of the server’s own often needs no refresh tokens at all.',
    'Keelson has no sessions or refresh tokens of its own yet; `authenticate` takes yours.',
  ],
  numbers: [
    'Refresh tokens of public clients must be sender-constrained or rotated, since January 2025 [RFC 9700, section 2.2.2].',
    'n parallel requests at expiry make n refreshes, of which n - 1 are reuses [arithmetic].',
  ],
  siblings: ['race-between-check-and-act', 'clock-skew-and-time-zones', 'sign-in-without-limit'],
  covers: ['refresh-token race logging users out'],
  wrong: {
    language: 'ts',
    stack: 'Fastify 5 and pg',
    text: `const found = await findToken(hash(token))
if (found.usedAt !== null) {
  await revokeFamily(found.familyId) // the second tab
  return reply.code(401).send({ code: 'invalid_grant' })
}
await markUsed(found.id)
return issue(found.familyId)`,
  },
  right: {
    language: 'ts',
    stack: 'Fastify 5 and pg',
    text: `return inTransaction(pool, async (client) => {
  const found = await lockFamilyOf(client, hash(token)) // select … for update: one at a time
  if (found.generation === found.current) return issue(client, found.familyId, found.current + 1)
  // The generation just replaced, and its replacement is seconds old (by the database's clock).
  const isFresh = found.generation === found.current - 1 && found.ageSeconds < 20
  if (isFresh) return reissue(found.familyId, found.current)
  await revokeFamily(client, found.familyId)
  return undefined // answered by 401 after the commit: an exception would undo the revocation
})`,
  },
}
