import argon2 from 'argon2'
import { one } from '../db/index.js'
import { issueToken } from '../plugins/auth.js'

const credentials = {
  type: 'object',
  required: ['email', 'password'],
  properties: {
    email: { type: 'string', format: 'email' },
    password: { type: 'string', minLength: 10, maxLength: 200 }
  }
}

async function check(email, password) {
  const user = await one('SELECT id, handle, password_hash FROM users WHERE email = $1', [email.toLowerCase()])
  if (!user || !(await argon2.verify(user.password_hash, password))) return null
  return user
}

export async function sessionRoutes(app) {
  app.post(
    '/',
    { schema: { body: credentials }, config: { rateLimit: { max: 5, timeWindow: '1 minute' } } },
    async (request, reply) => {
      const user = await check(request.body.email, request.body.password)
      if (!user) return reply.code(401).send({ error: 'wrong address or password' })
      return { token: await issueToken(user) }
    }
  )

  app.post('/mobile', { schema: { body: credentials } }, async (request, reply) => {
    const user = await check(request.body.email, request.body.password)
    if (!user) return reply.code(401).send({ error: 'wrong address or password' })
    return { token: await issueToken(user), handle: user.handle }
  })

  app.get('/current', { preHandler: app.signedIn }, async (request) => request.user)
}
