/** JWT without expiry, algorithm or verification. */
import type { Validation } from '../entry.js'

export const jwtUnsafe: Validation = {
  kind: 'validation',
  id: 'jwt-unsafe',
  title: 'JWT without expiry, algorithm or verification',
  severity: 'critical',
  why: 'A token is believed by everyone who holds the key, and nobody can take it back. Without an expiry a leaked one is an account for ever. Decoded instead of verified, it is whatever the client wrote. Verified with the algorithm that the token itself names, it can be signed with your public key as if that were a shared secret.',
  looksFor:
    '`sign` without `expiresIn` or an `exp` in the payload (jose: without `setExpirationTime`); `verify` without `algorithms`, or with a list that mixes HMAC with RSA or EC, or holds `none`; `decode`, `decodeJwt` or base64 of the middle part whose result decides who somebody is; `ignoreExpiration: true`; a secret that is a literal or has a literal fallback; the key chosen from `jku`, `jwk` or `kid` of the token without a list of trusted ones.',
  sparesFor: [
    '`exp` set in the payload or by the defaults of the plugin (`sign: { expiresIn }` of `@fastify/jwt`, `JwtModule.register({ signOptions })`).',
    '`decode` for a log field, for `kid` to choose among own keys before `verify`, or on a token that was verified a line above.',
    'jose’s `jwtVerify` with a JWKS of one’s own issuer, which takes the algorithm from the key; `algorithms` still pins it best.',
    'Tokens of tests, and `verify` in a wrapper that adds the options.',
    'Signed tokens that are not credentials and name what they are for, such as a link that the database also knows.',
  ],
  fix: 'Pin one algorithm, an expiry of minutes, issuer and audience, on both sides, in one module that all others use. Refresh by a rotating token that the database knows and can revoke. Generate the key (256 bits or a key pair), read it at start, name it by `kid` so that it can be rotated.',
  numbers: [
    'Access tokens of 5 to 15 minutes; refresh tokens rotate and their reuse ends the family [RFC 9700, section 4.14.2, and common practice].',
    'Algorithm checks and the ban of `none` are sections 3.1 and 3.2 [RFC 8725, JWT Best Current Practices].',
  ],
  siblings: [
    'hard-coded-secret',
    'refresh-token-rotation',
    'refresh-token-race',
    'timing-unsafe-comparison',
    'sign-in-without-rate-limit',
  ],
  covers: [
    'JWT without expiry',
    'JWT without verification',
    'JWT with none',
    'JWT algorithm not pinned',
    'JWT secret in code',
  ],
  wrong: {
    language: 'ts',
    stack: 'Express 5 and jsonwebtoken',
    text: `const issue = (user: User) => jwt.sign({ sub: user.id, role: user.role }, 'my-secret')

app.use((req, _res, next) => {
  req.user = jwt.decode(req.headers.authorization?.slice(7) ?? '')
  next()
})`,
  },
  right: {
    language: 'ts',
    stack: 'Express 5 and jose',
    text: `const claims = { issuer: 'https://shop.example', audience: 'shop-api' }

const issue = (user: User) =>
  new SignJWT({ role: user.role })
    .setProtectedHeader({ alg: 'EdDSA', kid: signing.id })
    .setSubject(user.id)
    .setIssuer(claims.issuer)
    .setAudience(claims.audience)
    .setExpirationTime('10m')
    .sign(signing.key)

app.use(async (req, _res, next) => {
  const token = req.headers.authorization?.slice(7) ?? ''
  const { payload } = await jwtVerify(token, verifyingKeys, { ...claims, algorithms: ['EdDSA'] })
  req.user = User.parse(payload)
  next()
})`,
  },
  executedBy: 'rule',
}
