import { many, one } from '../db/index.js'

export async function boardRoutes(app) {
  app.get('/', async () => many('SELECT id, slug, title, thread_count FROM boards ORDER BY title LIMIT 200'))

  app.get('/:slug', async (request, reply) => {
    const board = await one('SELECT id, slug, title, thread_count FROM boards WHERE slug = $1', [request.params.slug])
    if (!board) return reply.code(404).send({ error: 'no such board' })
    return board
  })

  app.get('/:slug/threads', async (request) => {
    const before = Number(request.query.before) || 2147483647
    return many(
      `SELECT t.id, t.subject, t.reply_count, t.last_reply_at
       FROM threads t JOIN boards b ON b.id = t.board_id
       WHERE b.slug = $1 AND t.id < $2 ORDER BY t.id DESC LIMIT 50`,
      [request.params.slug, before]
    )
  })

  app.get('/:slug/everything', async (request) => {
    return many(
      'SELECT t.id, t.subject, t.created_at FROM threads t JOIN boards b ON b.id = t.board_id WHERE b.slug = $1 ORDER BY t.id',
      [request.params.slug]
    )
  })
}
