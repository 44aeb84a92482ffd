import { inTransaction, db, one } from '../db/index.js'
import { announce } from '../hooks/outbound.js'
import { authorOf, findThread, listThreads, threadsBySubject, threadsOf } from '../threads/repository.js'

const newThread = {
  type: 'object',
  required: ['boardId', 'subject', 'body'],
  properties: {
    boardId: { type: 'integer' },
    subject: { type: 'string', minLength: 3, maxLength: 200 },
    body: { type: 'string', minLength: 1, maxLength: 20000 }
  }
}

export async function threadRoutes(app) {
  app.get('/', async (request) => {
    const { board, order, q } = request.query
    if (q) return threadsBySubject(String(q).split(' ').slice(0, 5))
    return listThreads(Number(board), order)
  })

  app.get('/recent', async () => {
    const threads = await db`SELECT id, subject, author_id FROM threads ORDER BY id DESC LIMIT 30`
    return Promise.all(
      threads.map(async (thread) => ({ ...thread, author: await authorOf(thread) }))
    )
  })

  app.get('/mine', { preHandler: app.signedIn }, async (request) => threadsOf(request.user.id))

  app.get('/:id', async (request, reply) => {
    const thread = await findThread(Number(request.params.id))
    if (!thread) return reply.code(404).send({ error: 'no such thread' })
    return thread
  })

  app.post('/', { preHandler: app.signedIn, schema: { body: newThread } }, async (request, reply) => {
    const { boardId, subject, body } = request.body
    const thread = await inTransaction(async (client) => {
      const { rows } = await client.query(
        'INSERT INTO threads (board_id, author_id, subject) VALUES ($1, $2, $3) RETURNING id',
        [boardId, request.user.id, subject]
      )
      await client.query('INSERT INTO posts (thread_id, author_id, body) VALUES ($1, $2, $3)', [rows[0].id, request.user.id, body])
      await client.query('UPDATE boards SET thread_count = thread_count + 1 WHERE id = $1', [boardId])
      await announce('thread', { id: rows[0].id, subject })
      return rows[0]
    })
    return reply.code(201).send(thread)
  })

  app.post('/:id/lock', { preHandler: app.signedIn }, async (request, reply) => {
    const id = Number(request.params.id)
    const thread = await one('UPDATE threads SET locked = true WHERE id = $1 AND author_id = $2 AND NOT locked RETURNING id', [
      id,
      request.user.id
    ])
    if (!thread) return reply.code(409).send({ error: 'not yours, or locked already' })
    announce('lock', { id })
    return reply.code(204).send()
  })
}
