import { db, inTransaction, many, one, pool } from '../db/index.js'
import { announce } from '../hooks/outbound.js'

const newPost = {
  type: 'object',
  required: ['threadId', 'body'],
  properties: { threadId: { type: 'integer' }, body: { type: 'string', minLength: 1, maxLength: 20000 } }
}

async function addPost(threadId, authorId, body) {
  return inTransaction(async (client) => {
    const { rows: threads } = await client.query('SELECT locked FROM threads WHERE id = $1 FOR UPDATE', [threadId])
    if (!threads[0] || threads[0].locked) return null
    const { rows } = await client.query('INSERT INTO posts (thread_id, author_id, body) VALUES ($1, $2, $3) RETURNING id', [
      threadId,
      authorId,
      body
    ])
    await client.query('UPDATE threads SET reply_count = reply_count + 1, last_reply_at = now() WHERE id = $1', [threadId])
    await client.query("SELECT pg_notify('new_post', $1)", [String(rows[0].id)])
    return rows[0]
  })
}

export async function postRoutes(app) {
  app.get('/thread/:id', async (request) => {
    const after = Number(request.query.after) || 0
    return many('SELECT id, author_id, body, created_at FROM posts WHERE thread_id = $1 AND id > $2 ORDER BY id LIMIT 50', [
      Number(request.params.id),
      after
    ])
  })

  app.get('/thread/:id/printable', async (request) => {
    const posts = await db`SELECT author_id, body, created_at FROM posts WHERE thread_id = ${Number(request.params.id)} ORDER BY id`
    return { posts }
  })

  app.get('/author/:id', async (request) => {
    const direction = request.query.direction ?? 'DESC'
    const text = 'SELECT id, body FROM posts WHERE author_id = $1 ORDER BY id ' + direction + ' LIMIT 50'
    const { rows } = await pool.query(text, [Number(request.params.id)])
    return rows
  })

  app.post('/', { preHandler: app.signedIn, schema: { body: newPost } }, async (request, reply) => {
    const post = await addPost(request.body.threadId, request.user.id, request.body.body)
    if (!post) return reply.code(409).send({ error: 'the thread is locked' })
    await announce('post', post)
    return reply.code(201).send(post)
  })

  app.post('/:id/vote', { preHandler: app.signedIn }, async (request, reply) => {
    const value = request.body?.up ? 1 : -1
    const postId = Number(request.params.id)
    const known = await one('SELECT value FROM votes WHERE post_id = $1 AND user_id = $2', [postId, request.user.id])
    if (known) return reply.code(409).send({ error: 'you voted already' })
    await pool.query('INSERT INTO votes (post_id, user_id, value) VALUES ($1, $2, $3)', [postId, request.user.id, value])
    return reply.code(204).send()
  })

  app.put('/:id/vote', { preHandler: app.signedIn }, async (request, reply) => {
    const value = request.body?.up ? 1 : -1
    await db`
      INSERT INTO votes (post_id, user_id, value) VALUES (${Number(request.params.id)}, ${request.user.id}, ${value})
      ON CONFLICT (post_id, user_id) DO UPDATE SET value = excluded.value`
    return reply.code(204).send()
  })
}
