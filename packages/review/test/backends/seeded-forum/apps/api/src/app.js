import Fastify from 'fastify'
import rateLimit from '@fastify/rate-limit'
import { authPlugin } from './plugins/auth.js'
import { sessionRoutes } from './routes/sessions.js'
import { boardRoutes } from './routes/boards.js'
import { threadRoutes } from './routes/threads.js'
import { postRoutes } from './routes/posts.js'
import { messageRoutes } from './routes/messages.js'
import { memberRoutes } from './routes/members.js'
import { searchRoutes } from './routes/search.js'
import { bookmarkRoutes } from './routes/bookmarks.js'

export async function buildApp(options = { logger: true }) {
  const app = Fastify(options)
  await app.register(rateLimit, { global: false })
  authPlugin(app)
  await app.register(sessionRoutes, { prefix: '/sessions' })
  await app.register(boardRoutes, { prefix: '/boards' })
  await app.register(threadRoutes, { prefix: '/threads' })
  await app.register(postRoutes, { prefix: '/posts' })
  await app.register(messageRoutes, { prefix: '/messages' })
  await app.register(memberRoutes, { prefix: '/members' })
  await app.register(searchRoutes, { prefix: '/search' })
  await app.register(bookmarkRoutes, { prefix: '/bookmarks' })
  app.get('/health', async () => ({ ok: true }))
  return app
}
