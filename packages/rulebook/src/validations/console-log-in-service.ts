/** `console.log` in a service. */
import type { Validation } from '../entry.js'

export const consoleLogInService: Validation = {
  kind: 'validation',
  id: 'console-log-in-service',
  title: '`console.log` in a service',
  severity: 'low',
  why: 'A sentence on stdout has no level, no request, no trace and no fields: it can be neither filtered nor counted nor redacted, and objects are cut off at depth two. It also writes synchronously to files and terminals, on the thread that serves requests.',
  looksFor:
    '`console.*` in code that a service runs (handlers, services, jobs), `debug` as a replacement for logs, printing of whole objects, a logger that is made in each module without the request’s fields; `JSON.stringify` in front of a logger.',
  sparesFor: [
    'Command-line tools, scripts, tests, the message of a failed start before the logger exists.',
    'The logger’s own transport, and a console that is patched into a structured one at start.',
  ],
  fix: 'One structured logger (pino), a child with request and trace id for each request (`req.log`), fields rather than sentences, levels with a meaning: error wakes somebody.',
  numbers: [
    'console.log prints nested objects to depth 2; writes to files are synchronous [Node documentation, util.inspect and process I/O].',
  ],
  siblings: [
    'structured-logging',
    'no-request-id',
    'secrets-or-personal-data-logged',
    'header-or-log-injection',
  ],
  covers: ['console.log in a service'],
  wrong: {
    language: 'ts',
    stack: 'Fastify 5',
    text: `app.post('/orders', async ({ body }) => {
  console.log('new order', body)
  return place(body)
})`,
  },
  right: {
    language: 'ts',
    stack: 'Fastify 5',
    text: `app.post('/orders', { schema: NewOrder }, async ({ body, log }) => {
  const order = await place(body)
  log.info({ orderId: order.id, lines: order.lines.length }, 'order placed')
  return order
})`,
  },
  executedBy: 'by-hand',
}
