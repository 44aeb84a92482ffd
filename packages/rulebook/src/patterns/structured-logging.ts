import type { Pattern } from '../entry.js'

export const structuredLogging: Pattern = {
  kind: 'pattern',
  id: 'structured-logging',
  title: 'Structured logging with correlation ids',
  why: 'At three in the morning the question is “what happened to this order?”, and prose over twelve instances does not answer it. One JSON object a line, the same field names everywhere, and an id that goes with the request through services and jobs turn the question into a filter. The same care keeps passwords and personal data out, since logs go to more places and live longer than anybody remembers.',
  when: 'Everywhere, from the first commit. Numbers that are asked often are metrics, paths through services are traces; logs are for what is looked up by case.',
  steps: [
    'One line a request at its end: method, route (not the URL), status, duration, caller, request id, trace id. Further lines only for what cannot be derived.',
    'Take X-Request-Id if it has a safe form, else make one; send it back, and give it on to jobs and other services beside `traceparent`.',
    'Carry it by AsyncLocalStorage or a child logger, never by remembering to pass it.',
    'Message constant, data in fields: `log.info({ orderId }, "order placed")`.',
    'Levels by who acts: error wakes somebody or is a bug, warn is looked at tomorrow, info is history, debug is off.',
    'Redact by allow list at the source: bodies, headers, tokens and mail addresses are not logged. A redaction list is the second net.',
    'Write to standard output, asynchronously, and log an error once: where it is handled.',
  ],
  withKeelson: {
    language: 'ts',
    stack: 'Keelson: each request is a line; `log` carries request, operation and trace, in jobs too',
    text: `import { integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { command, job, rowSchema, signedIn } from 'keelson'
import { z } from 'zod'

export const refunds = pgTable('refunds', {
  id: uuid().primaryKey(),
  orderId: text().notNull(),
  cents: integer().notNull(),
})

/** Its lines carry the trace of the request that asked for it, though it runs later and elsewhere. */
export const tellBank = job('refunds.tellBank', {
  input: z.object({ refundId: z.uuid() }),
  async run({ input, id, http, log, traceparent }) {
    const answer = await http('https://bank.example/refunds/' + input.refundId, {
      method: 'PUT',
      headers: { 'Idempotency-Key': id, ...(traceparent === undefined ? {} : { traceparent }) },
    })
    log.info({ refundId: input.refundId, status: answer.status }, 'bank asked')
    if (!answer.ok) throw new Error('The bank answered ' + answer.status)
  },
})

export const refund = command('refunds.make', {
  http: { post: '/refunds', status: 201 },
  idempotency: 'required',
  input: z.object({ orderId: z.string(), cents: z.int().positive() }),
  output: rowSchema(refunds),
  allow: signedIn,
  run({ input, tx, id, log }) {
    const made = tx.insert(refunds, { id: id(), ...input })
    tx.enqueue(tellBank, { refundId: made.id })
    // May come twice: a handler that is overtaken runs again.
    log.info({ refundId: made.id, cents: made.cents }, 'refund made')
    return made
  },
})`,
  },
  byHand: {
    language: 'ts',
    stack: 'Express 5 and pino',
    text: `import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
import type { RequestHandler } from 'express'
import pino, { type Logger } from 'pino'

const root = pino({
  redact: {
    paths: ['*.password', '*.token', '*.authorization', 'err.config', 'headers'],
    censor: '[redacted]',
  },
})
const current = new AsyncLocalStorage<Logger>()

/** The log of the request under way; outside of requests the process's own. */
export const log = (): Logger => current.getStore() ?? root

const SAFE_ID = /^[\\w-]{8,64}$/

export const requestLog: RequestHandler = (request, response, next) => {
  const given = request.get('x-request-id') ?? ''
  const requestId = SAFE_ID.test(given) ? given : randomUUID()
  const traceId = /^00-([0-9a-f]{32})-/.exec(request.get('traceparent') ?? '')?.[1]
  response.set('X-Request-Id', requestId)
  const startedAt = performance.now()
  const child = root.child({ requestId, traceId })
  response.once('close', () => {
    const { path } = (request.route ?? { path: 'none' }) as { path: string }
    child.info(
      {
        method: request.method,
        // The pattern, which holds nobody's name, and groups.
        route: request.baseUrl + path,
        status: response.statusCode,
        durationMs: Math.round(performance.now() - startedAt),
        aborted: !response.writableFinished,
      },
      'request',
    )
  })
  current.run(child, next)
}`,
  },
  mistakes: [
    'Logging the error in each layer on its way up: one failure, five alarms.',
    'Query strings in the log, with the reset token in them.',
    'Taking the caller’s request id as it is: line breaks and megabytes come along.',
    'Sampling away errors, or logging every row of a batch.',
  ],
  numbers: [
    'A trace id is 16 bytes, 32 lower-case hexadecimal digits, not all zero [W3C Trace Context, 3.2.2]',
    'A thousand requests a second at one line of 500 bytes are 43 GB a day [arithmetic]',
  ],
  siblings: ['distributed-tracing', 'audit-log', 'middleware', 'secrets-in-logs'],
  covers: ['structured logging with correlation ids'],
}
