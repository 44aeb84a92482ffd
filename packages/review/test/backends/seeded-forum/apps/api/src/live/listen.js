import pg from 'pg'
import { config } from '../config.js'
import { one } from '../db/index.js'
import { indexPost } from '../hooks/outbound.js'

export async function listenForPosts(log) {
  const client = new pg.Client({ connectionString: config.DATABASE_URL })
  await client.connect()
  await client.query('LISTEN new_post')

  client.on('error', (err) => log.error(err))
  client.on('notification', async ({ payload }) => {
    const post = await one('SELECT id, body FROM posts WHERE id = $1', [Number(payload)])
    if (post) await indexPost(post)
  })
  return client
}
