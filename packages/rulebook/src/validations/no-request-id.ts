/** No request id, or one that ends at the border. */
import type { Validation } from '../entry.js'

export const noRequestId: Validation = {
  kind: 'validation',
  id: 'no-request-id',
  title: 'No request id, or one that ends at the border',
  severity: 'medium',
  why: '“It failed at about three” is all a customer can say if nothing in the answer names the request. With an id in the answer, in each log line and in each outgoing call, the way through five services is one search; without it, it is guessing by time.',
  looksFor:
    'Services without an id for each request in logs (no pino-http, `genReqId`, CLS or AsyncLocalStorage); not in the answer’s header and error body; not handed on to calls, jobs and events; taken from the client unchecked; `traceparent` dropped by own HTTP clients or queues; logs within helpers by a logger without the context.',
  sparesFor: [
    'OpenTelemetry’s instrumentation with log correlation, which does all this.',
    'Fastify’s `req.id` in its logger, where answer and outgoing calls carry it as well.',
    'Commands and jobs with an id of their own.',
  ],
  fix: 'Accept a well-formed `traceparent` or `X-Request-Id`, else make one; keep it in AsyncLocalStorage; put it into every log line, `X-Request-Id` of the answer, problem+json, outgoing headers and job payloads.',
  numbers: ['A trace id has 16 bytes, a span id 8, in version 00 of the header [W3C Trace Context].'],
  siblings: [
    'structured-logging',
    'distributed-tracing',
    'console-log-in-service',
    'header-or-log-injection',
    'leaking-error-answer',
  ],
  covers: ['no request id'],
  wrong: {
    language: 'ts',
    stack: 'Express 5 and pino',
    text: `app.get('/orders/:id', async (req, res) => {
  logger.info('loading order')
  res.json(await warehouse.get(\`/orders/\${req.params.id}\`))
})`,
  },
  right: {
    language: 'ts',
    stack: 'Express 5 and pino-http',
    text: `app.use(
  pinoHttp({
    logger,
    genReqId: (req, res) => {
      const given = String(req.headers['x-request-id'] ?? '')
      const id = /^[\\w-]{8,64}$/.test(given) ? given : randomUUID()
      res.setHeader('X-Request-Id', id)
      return id
    },
  }),
)
app.get('/orders/:id', async (req, res) => {
  req.log.info({ orderId: req.params.id }, 'loading order')
  res.json(await warehouse.get(\`/orders/\${req.params.id}\`, { headers: { 'X-Request-Id': String(req.id) } }))
})`,
  },
  executedBy: 'by-hand',
}
