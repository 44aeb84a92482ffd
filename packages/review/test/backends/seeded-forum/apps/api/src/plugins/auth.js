import { SignJWT, jwtVerify } from 'jose'
import { config } from '../config.js'

const key = new TextEncoder().encode(config.JWT_SECRET)

export function issueToken(user) {
  return new SignJWT({ handle: user.handle })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(String(user.id))
    .setExpirationTime('30m')
    .sign(key)
}

export async function readToken(token) {
  const { payload } = await jwtVerify(token, key, { algorithms: ['HS256'] })
  return { id: Number(payload.sub), handle: payload.handle }
}

export function authPlugin(app) {
  app.decorateRequest('user', null)
  app.decorate('signedIn', async (request, reply) => {
    const header = request.headers.authorization ?? ''
    try {
      request.user = await readToken(header.replace('Bearer ', ''))
    } catch {
      return reply.code(401).send({ error: 'sign in first' })
    }
  })
}
