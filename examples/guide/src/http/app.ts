import { app, module } from 'keelson'
import * as documents from './documents.js'
import * as feed from './feed.js'
import * as files from './files.js'
import * as tables from './tables.js'

export default app({
  name: 'guide-http',
  modules: [module('documents', { ...tables, ...documents, ...files, ...feed })],
  http: {
    prefix: '/v2',
    cors: { origins: ['https://shop.example'] },
    setup: (fastify) => {
      fastify.get('/robots.txt', (_request, reply) =>
        reply.type('text/plain').send('User-agent: *\nDisallow: /\n'),
      )
    },
    renderError: (problem) => ({ ...problem, type: `https://shop.example/problems/${problem.code}` }),
  },
  migrations: new URL('../../../migrations', import.meta.url),
})
