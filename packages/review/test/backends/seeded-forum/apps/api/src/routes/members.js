import { readFile } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import argon2 from 'argon2'
import { db, inTransaction, one } from '../db/index.js'
import { issueToken } from '../plugins/auth.js'
import { announce } from '../hooks/outbound.js'

const newMember = {
  type: 'object',
  required: ['email', 'handle', 'password', 'invitedBy'],
  properties: {
    email: { type: 'string', format: 'email' },
    handle: { type: 'string', pattern: '^[a-z0-9_]{3,30}$' },
    password: { type: 'string', minLength: 10, maxLength: 200 },
    invitedBy: { type: 'integer' }
  }
}

function welcomeText(language) {
  const file = language === 'fr' ? 'welcome.fr.txt' : 'welcome.txt'
  return readFileSync(new URL(`../../assets/${file}`, import.meta.url), 'utf8')
}

async function useInvite(client, userId) {
  const { rows } = await client.query('SELECT invites_left FROM users WHERE id = $1', [userId])
  const left = rows[0]?.invites_left ?? 0
  if (left === 0) return false
  await client.query('UPDATE users SET invites_left = $2 WHERE id = $1', [userId, left - 1])
  return true
}

export async function memberRoutes(app) {
  app.get('/welcome', async (request) => ({ text: welcomeText(request.query.language) }))

  app.get('/rules', async () => ({ text: await readFile(new URL('../../assets/rules.txt', import.meta.url), 'utf8') }))

  app.get('/:handle', async (request, reply) => {
    const [member] = await db`SELECT id, handle, karma, avatar FROM users WHERE handle = ${request.params.handle}`
    if (!member) return reply.code(404).send({ error: 'no such member' })
    return member
  })

  app.post(
    '/',
    { schema: { body: newMember }, config: { rateLimit: { max: 3, timeWindow: '10 minutes' } } },
    async (request, reply) => {
      const { email, handle, password, invitedBy } = request.body
      const hash = await argon2.hash(password)
      const member = await inTransaction(async (client) => {
        if (!(await useInvite(client, invitedBy))) return null
        const { rows } = await client.query(
          'INSERT INTO users (email, handle, password_hash) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING id, handle',
          [email.toLowerCase(), handle, hash]
        )
        return rows[0] ?? null
      })
      if (!member) return reply.code(409).send({ error: 'no invitation left, or the name is taken' })
      await announce('member', { id: member.id })
      return reply.code(201).send({ token: await issueToken(member) })
    }
  )

  app.post('/:id/thank', { preHandler: app.signedIn }, async (request, reply) => {
    const member = await one('UPDATE users SET karma = karma + 1 WHERE id = $1 AND id <> $2 RETURNING id', [
      Number(request.params.id),
      request.user.id
    ])
    return reply.code(member ? 204 : 404).send()
  })
}
