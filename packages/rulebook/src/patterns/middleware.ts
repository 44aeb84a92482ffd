import type { Pattern } from '../entry.js'

export const middleware: Pattern = {
  kind: 'pattern',
  id: 'middleware',
  title: 'Middleware',
  why: 'Request ids, limits, authentication and errors belong to every route, and the route where they were forgotten is the one that gets found. A chain that all requests pass holds them once. Its danger is order: a rate limit behind the body parser protects nothing from large bodies, and an error handler that is registered first sees no error.',
  when: 'For what holds for every request and needs nothing of the domain: ids, logging, sizes, timeouts, identity, CORS, compression, errors. Not for business rules or authorisation of a thing (the chain does not know which order is meant), and not for data that handlers then read from a mutable `req`.',
  steps: [
    'Order, from outside: request id and log, error boundary, connection and header limits, rate limit by address, authentication, rate limit by caller, body with its limit, routes, 404, error handler.',
    'Refuse by default: a route says that it is public, none is so by omission.',
    'Cheap before dear: what can refuse without reading the body does so before it.',
    'Pass on values with types: `request.caller`, set once, never changed; or AsyncLocalStorage for what only logs need.',
    'Each piece ends the request or passes it on, exactly once, and passes errors to the one handler.',
    'Test the chain as a whole: an unknown path, a body that is too large, a throw in an async handler, an abort.',
  ],
  withKeelson: {
    language: 'ts',
    stack: 'Keelson: the chain is fixed and refuses by default; hooks of your own go into `http.setup`',
    text: `import { anyone, app, module, query } from 'keelson'
import { z } from 'zod'

export const greeting = query('greeting', {
  http: { get: '/greeting', cacheControl: 'public, max-age=60' },
  output: z.object({ text: z.string() }),
  allow: anyone,
  run: () => ({ text: 'Good day.' }),
})

export default app({
  name: 'middleware',
  modules: [module('greeting', { greeting })],
  http: {
    setup(fastify) {
      // For every route, Keelson's own included: who moved is sent on, before anything is read.
      fastify.addHook('onRequest', async (request, reply) => {
        if (request.headers.host === 'old.example')
          return reply.redirect('https://api.example' + request.url, 308)
      })
      fastify.addHook('onSend', async (_request, reply) => {
        reply.header('Server-Region', process.env.REGION ?? 'local')
      })
    },
  },
})`,
  },
  byHand: {
    language: 'ts',
    stack: 'Express 5, where rejected promises reach the error handler',
    text: `import { randomUUID } from 'node:crypto'
import express, { type ErrorRequestHandler, type RequestHandler, type Router } from 'express'
import type { Logger } from 'pino'

interface Parts {
  readonly log: Logger
  readonly limitByAddress: RequestHandler
  readonly authenticate: RequestHandler
  readonly routes: Router
}

export function application({ log, limitByAddress, authenticate, routes }: Parts) {
  const app = express().disable('x-powered-by').set('trust proxy', 'loopback')
  app.use((request, response, next) => {
    const given = request.get('x-request-id')
    const id = given !== undefined && /^[\\w-]{8,64}$/.test(given) ? given : randomUUID()
    response.locals.id = id
    response.set('X-Request-Id', id)
    next()
  })
  app.use(limitByAddress, authenticate)
  app.use(express.json({ limit: '100kb', strict: true }))
  app.use(routes)
  app.use((_request, response) => void response.status(404).json({ code: 'not_found' }))
  const onError: ErrorRequestHandler = (error: { status?: number }, _request, response, next) => {
    // Of errors with a status of their own (the body parser's) the client may know; of all others it learns the id.
    const status = error.status !== undefined && error.status < 500 ? error.status : 500
    if (status === 500) log.error({ err: error, id: response.locals.id as string }, 'request failed')
    if (response.headersSent) return next(error)
    response
      .status(status)
      .json({ code: status === 500 ? 'internal' : 'bad_request', id: response.locals.id })
  }
  app.use(onError)
  return app
}`,
  },
  mistakes: [
    'Authentication on a path prefix: `/api/` is protected, `/API/` or the new `/v2` is not.',
    'Believing X-Forwarded-For of anyone (`trust proxy: true`): every client picks the address that the limit counts.',
    'Calling `next()` after a response, or forgetting it on one branch: double headers, or a request that hangs.',
    'Logging request and body before secrets are taken out.',
  ],
  numbers: [
    'Express reads JSON bodies up to 100 kB by default, Fastify up to 1 MiB; both are per route, and neither limits how long the body takes [Express 5 API, express.json; Fastify documentation, bodyLimit]',
    'Node closes a request whose headers take longer than 60 s or that takes longer than 300 s altogether [Node.js documentation, server.headersTimeout and server.requestTimeout]',
  ],
  siblings: ['service-layer', 'rate-limiting', 'structured-logging', 'scattered-validation'],
  covers: ['middleware'],
}
