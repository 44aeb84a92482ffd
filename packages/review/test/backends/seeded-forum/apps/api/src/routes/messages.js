import { db, many } from '../db/index.js'
import { announce } from '../hooks/outbound.js'

export async function messageRoutes(app) {
  app.addHook('preHandler', app.signedIn)

  app.get('/', async (request) => {
    const before = Number(request.query.before) || Number.MAX_SAFE_INTEGER
    return many(
      'SELECT id, sender_id, body, read_at FROM messages WHERE recipient_id = $1 AND id < $2 ORDER BY id DESC LIMIT 50',
      [request.user.id, before]
    )
  })

  app.get('/with/:id', async (request) => {
    const other = Number(request.params.id)
    const me = request.user.id
    return db`
      SELECT id, sender_id, body, created_at FROM messages
      WHERE (sender_id = ${me} AND recipient_id = ${other}) OR (sender_id = ${other} AND recipient_id = ${me})
      ORDER BY id`
  })

  app.post('/', async (request, reply) => {
    const { to, body } = request.body
    const message = await db.begin(async (tx) => {
      const [recipient] = await tx`SELECT id FROM users WHERE id = ${to}`
      if (!recipient) return null
      const [created] = await tx`
        INSERT INTO messages (sender_id, recipient_id, body) VALUES (${request.user.id}, ${to}, ${body}) RETURNING id`
      return created
    })
    if (!message) return reply.code(404).send({ error: 'no such member' })
    announce('message', { id: message.id, to }).catch((err) => request.log.warn(err))
    return reply.code(201).send(message)
  })

  app.post('/read', async (request, reply) => {
    const ids = (request.body?.ids ?? []).slice(0, 200).map(Number)
    for (const id of ids) {
      await db`UPDATE messages SET read_at = now() WHERE id = ${id} AND recipient_id = ${request.user.id}`
    }
    return reply.code(204).send()
  })

  app.post('/read-until', async (request, reply) => {
    const last = Number(request.body.last)
    await db`UPDATE messages SET read_at = now() WHERE id <= ${last} AND recipient_id = ${request.user.id} AND read_at IS NULL`
    return reply.code(204).send()
  })
}
