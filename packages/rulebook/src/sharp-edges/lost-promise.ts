/** Unhandled or floating promise. */
import type { SharpEdge } from '../entry.js'

export const lostPromise: SharpEdge = {
  kind: 'sharp-edge',
  id: 'lost-promise',
  title: 'Unhandled or floating promise',
  severity: 'critical',
  why: 'A promise that nobody awaits is work whose failure nobody hears of. The client is told 201 while the audit row, the mail or the stock movement is lost; and since Node 15 a rejection without a handler ends the process, with every other request that it was serving.',
  symptoms: [
    'The process exits with code 1 and triggerUncaughtException in the log',
    'unhandledRejection brings the service down at random',
    'The API said 201 but the row is missing',
    'Work is lost at every deploy or restart',
    'Errors do not appear in the log although the feature does not work',
    'The test passes although the code throws',
  ],
  mechanism:
    'An `async` call without `await`, an `async` callback given to `forEach`, `setInterval` or an event emitter, `Promise.all` of which the second rejection is still to come when the first has been handled. The function goes on, the answer is sent, the transaction is committed. When the forgotten promise rejects, its error belongs to no request: Node emits `unhandledRejection` and, without a listener, throws it. With a listener that only logs, the process lives and the loss is silent. Even when it succeeds it may be after the answer, or never, since SIGTERM does not wait for it.',
  confirm: [
    'Log: `[UnhandledPromiseRejection…]` or `triggerUncaughtException`, exit code 1, no request id nearby.',
    'Start with `node --trace-uncaught --unhandled-rejections=strict`, and reproduce by making the dependency fail (lock its table, stop it).',
    'typescript-eslint’s `no-floating-promises` and `no-misused-promises`, or the rule `floating-promise` of @keelson/review: they need types, text search does not find it.',
    'Rows that should come in pairs: `select o.id from orders o left join audit a on a.order_id = o.id where a.id is null`.',
  ],
  wayOut: [
    'Stop the bleeding: let the supervisor restart the process; find the promise by the stack; do not add a global `unhandledRejection` listener that swallows, for it turns crashes into silent loss.',
    'Await it, in the same transaction if it belongs to the effect.',
    'If the caller should not wait, write a job in the same transaction and let a worker do it. "Fire and forget" is right only for what may be lost, and then with `.catch(log)`.',
    'Callbacks of emitters and timers: an inner async function whose promise ends in a handler.',
    'On `unhandledRejection`: log, stop accepting, drain, exit 1.',
    'In Keelson’s commands `tx.insert`, `tx.emit`, `tx.enqueue` are not awaited singly: they commit with the command or not at all.',
  ],
  numbers: [
    'Since Node 15 unhandled rejections end the process (`--unhandled-rejections=throw`), exit code 1 [Node documentation, Command-line options].',
    'Express 4 does not catch rejections of async handlers, Express 5 does [Express 5 migration guide].',
  ],
  siblings: ['job-lost-at-deploy', 'missing-idempotency', 'dual-write-to-broker'],
  covers: ['unhandled or floating promise'],
  wrong: {
    language: 'ts',
    stack: 'Fastify 5 and pg',
    text: `function naive(pool: pg.Pool) {
  const app = Fastify()
  app.post<{ Params: { sku: string } }>('/orders/:sku', async ({ params: { sku } }, reply) => {
    await pool.query('insert into orders (sku) values ($1)', [sku])
    pool.query('insert into audit (what) values ($1)', [\`ordered \${sku}\`])
    return reply.code(201).send({ sku })
  })
  return app
}`,
  },
  right: {
    language: 'ts',
    stack: 'Fastify 5 and pg',
    text: `function mended(pool: pg.Pool) {
  const app = Fastify()
  app.post<{ Params: { sku: string } }>('/orders/:sku', async ({ params: { sku } }, reply) => {
    await pool.query(
      \`with audited as (insert into audit (what) values ($1))
       insert into orders (sku) values ($2)\`,
      [\`ordered \${sku}\`, sku],
    )
    return reply.code(201).send({ sku })
  })
  return app
}`,
  },
  reproduction: 'lost-promise.test.ts',
}
