/** Async handler without error path. */
import type { Validation } from '../entry.js'

export const asyncHandlerWithoutErrorPath: Validation = {
  kind: 'validation',
  id: 'async-handler-without-error-path',
  title: 'Async handler without error path',
  severity: 'high',
  why: 'Express 4 calls a handler and forgets what it returns. If an async handler rejects, nobody answers: the client waits until its own time-out, the connection stays open, and since Node 15 the unhandled rejection ends the process, with every other request in it. One bad input is then an outage that any client can repeat.',
  looksFor:
    'An `async` function (or one that returns a promise) registered as handler or middleware where the framework does not look at the promise: Express below 5, Restify with callbacks, `http.createServer`, `socket.on`, `EventEmitter.on`, without a try/catch around everything that can reject and without a wrapper that passes the rejection on. The version is taken from package.json and the lock file.',
  sparesFor: [
    'Frameworks that await: Express 5, Fastify, NestJS, Hono, Koa, tRPC, GraphQL servers.',
    'Express 4 with `express-async-errors` imported, with a wrapper whose code calls `next` on rejection, or with a router patched at start.',
    'Handlers whose whole body stands in try/catch and hands the error to `next` or answers.',
    'Handlers that await nothing and cannot reject.',
    'Emitters created with `captureRejections: true` that have an `error` listener.',
  ],
  fix: 'Upgrade to Express 5, which passes rejections to the error handler; until then wrap every handler with one function that calls `next` on rejection. Keep one error handler, with four parameters, at the end of the chain.',
  numbers: [
    'Since Node 15 an unhandled rejection ends the process with code 1 by default [Node documentation, --unhandled-rejections].',
    'Express 5.0 passes rejected promises of handlers and middleware to the error handler [expressjs.com, Moving to Express 5].',
  ],
  siblings: [
    'lost-promise',
    'floating-promise',
    'async-callback-nobody-awaits',
    'swallowed-error',
    'middleware',
    'leaking-error-answer',
  ],
  covers: ['handler without error path'],
  wrong: {
    language: 'ts',
    stack: 'Express 4 and pg',
    text: `app.get('/users/:id', async (req, res) => {
  const { rows } = await pool.query('select id, name from users where id = $1', [req.params.id])
  res.json(rows[0])
})`,
  },
  right: {
    language: 'ts',
    stack: 'Express 4 and pg',
    text: `const passing =
  (handler: (req: Request, res: Response) => Promise<unknown>): RequestHandler =>
  (req, res, next) =>
    void handler(req, res).catch(next)

app.get(
  '/users/:id',
  passing(async (req, res) => {
    const { rows } = await pool.query('select id, name from users where id = $1', [req.params.id])
    res.json(rows[0])
  }),
)`,
  },
  executedBy: 'rule',
}
