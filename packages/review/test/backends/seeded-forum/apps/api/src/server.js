import { buildApp } from './app.js'
import { config } from './config.js'
import { listenForPosts } from './live/listen.js'

const app = await buildApp()
await listenForPosts(app.log)

try {
  await app.listen({ port: config.PORT, host: '0.0.0.0' })
} catch (err) {
  app.log.error(err)
  process.exit(1)
}
