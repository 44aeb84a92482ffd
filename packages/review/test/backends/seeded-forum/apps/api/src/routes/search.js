import { many } from '../db/index.js'
import { config } from '../config.js'

function escapeLike(text) {
  return text.replace(/[\\%_]/g, '\\$&')
}

export async function searchRoutes(app) {
  app.get('/members', async (request) => {
    const pattern = `${escapeLike(String(request.query.q ?? ''))}%`
    return many('SELECT id, handle FROM users WHERE handle LIKE $1 ORDER BY handle LIMIT 20', [pattern])
  })

  app.get('/posts', async (request) => {
    const q = encodeURIComponent(String(request.query.q ?? ''))
    const response = await fetch(`${config.SEARCH_URL}/indexes/posts/search?q=${q}`, { signal: AbortSignal.timeout(2000) })
    const { hits } = await response.json()
    const ids = hits.slice(0, 50).map((hit) => Number(hit.id))
    return many('SELECT id, thread_id, body FROM posts WHERE id = ANY($1)', [ids])
  })
}
