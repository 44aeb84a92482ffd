import { db, many, pool } from '../db/index.js'

const PAGE = 40

export async function bookmarkRoutes(app) {
  app.addHook('preHandler', app.signedIn)

  app.get('/', async (request) => {
    const page = Math.max(0, Math.min(Number(request.query.page) || 0, 50))
    return many(
      `SELECT b.thread_id, b.note, t.subject
       FROM bookmarks b JOIN threads t ON t.id = b.thread_id
       WHERE b.user_id = $1 ORDER BY b.created_at DESC LIMIT ${PAGE} OFFSET $2`,
      [request.user.id, page * PAGE]
    )
  })

  app.put('/:thread', async (request, reply) => {
    const note = String(request.body?.note ?? '').slice(0, 200)
    await pool.query(
      `INSERT INTO bookmarks (user_id, thread_id, note) VALUES ($1, $2, $3)
       ON CONFLICT (user_id, thread_id) DO UPDATE SET note = excluded.note`,
      [request.user.id, Number(request.params.thread), note]
    )
    return reply.code(204).send()
  })

  app.patch('/:thread', async (request, reply) => {
    const allowed = ['note']
    const changes = Object.fromEntries(Object.entries(request.body ?? {}).filter(([name]) => allowed.includes(name)))
    if (Object.keys(changes).length === 0) return reply.code(422).send({ error: 'nothing to change' })
    const changed = await db`
      UPDATE bookmarks SET ${db(changes)}
      WHERE user_id = ${request.user.id} AND thread_id = ${Number(request.params.thread)} RETURNING thread_id`
    return reply.code(changed.length ? 204 : 404).send()
  })

  app.delete('/', async (request, reply) => {
    const threads = (request.body?.threads ?? []).slice(0, 100).map(Number)
    await db`DELETE FROM bookmarks WHERE user_id = ${request.user.id} AND thread_id IN ${db(threads)}`
    return reply.code(204).send()
  })
}
