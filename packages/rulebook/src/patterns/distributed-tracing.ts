import type { Pattern } from '../entry.js'

export const distributedTracing: Pattern = {
  kind: 'pattern',
  id: 'distributed-tracing',
  title: 'Distributed tracing',
  why: 'A request takes 900 ms, and each of the five services says that it was quick. A trace shows the whole as one picture: that they were called one after the other, that 600 ms were a wait for a connection, that a retry doubled it. It works only if every hop passes the context on; a queue or a service that does not is where the picture ends.',
  when: 'As soon as a request passes more than one process, jobs included. Within one process spans around the database and outside calls pay too. Not a replacement for metrics: what is sampled cannot be counted.',
  steps: [
    'Use OpenTelemetry and W3C Trace Context; instrument HTTP, database and queue by libraries first.',
    'Name spans by the route or operation (`GET /orders/:id`), never by the URL: names must be few.',
    'Pass `traceparent` on in every outgoing call, and store it with each job and event.',
    'A message’s handling is a span of kind consumer, child of or linked to what sent it; batches link to many.',
    'Attributes after the semantic conventions; ids yes, personal data and SQL values no.',
    'Sample at the head by a share, and at the tail keep errors and slow ones; keep the parent’s decision.',
    'Put the trace id into logs and error answers; link from an exemplar of the latency histogram.',
  ],
  withKeelson: {
    language: 'ts',
    stack:
      'Keelson makes spans by `@opentelemetry/api` and stores the trace with jobs; you pass it on to others',
    text: `import { pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { command, job, signedIn } from 'keelson'
import { z } from 'zod'

export const shipments = pgTable('shipments', { id: uuid().primaryKey(), address: text().notNull() })

/**
 * Started with an SDK by \`node --import ./telemetry.js\`, an attempt is a span below the command that enqueued it, in
 * whatever process it runs; the courier's spans join where we hand the context on.
 */
export const bookCourier = job('shipments.bookCourier', {
  input: z.object({ shipmentId: z.uuid() }),
  async run({ input, id, http, traceparent }) {
    const headers = new Headers({ 'Idempotency-Key': id })
    if (traceparent !== undefined) headers.set('traceparent', traceparent)
    const answer = await http('https://courier.example/bookings/' + input.shipmentId, {
      method: 'PUT',
      headers,
    })
    if (!answer.ok) throw new Error('The courier answered ' + answer.status)
  },
})

export const ship = command('shipments.make', {
  http: { post: '/shipments', status: 202 },
  input: z.object({ address: z.string().max(500) }),
  output: z.object({ shipmentId: z.uuid() }),
  allow: signedIn,
  run({ input, tx, id }) {
    const shipment = tx.insert(shipments, { id: id(), address: input.address })
    tx.enqueue(bookCourier, { shipmentId: shipment.id })
    return { shipmentId: shipment.id }
  },
})`,
  },
  byHand: {
    language: 'ts',
    stack:
      'pg: the context kept with a job, by the format alone; with an SDK the propagator writes and reads it',
    text: `import { randomBytes } from 'node:crypto'
import type { PoolClient } from 'pg'

export interface TraceContext {
  readonly traceId: string
  readonly spanId: string
  readonly sampled: boolean
}

const FORM = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/

/** Undefined for what is no context: then a trace begins here. */
export function readTraceparent(header: string | undefined): TraceContext | undefined {
  const [, traceId, spanId, flags] = FORM.exec(header ?? '') ?? []
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined
  return { traceId, spanId, sampled: (parseInt(flags, 16) & 1) === 1 }
}

/** A span below: the same trace and decision, an id of its own. */
export const childOf = ({ traceId, sampled }: TraceContext): TraceContext => ({
  traceId,
  spanId: randomBytes(8).toString('hex'),
  sampled,
})

export const writeTraceparent = ({ traceId, spanId, sampled }: TraceContext): string =>
  ['00', traceId, spanId, sampled ? '01' : '00'].join('-')

/** In the transaction of the command; the worker reads it back, and its span is a child. */
export async function enqueue(client: PoolClient, kind: string, payload: unknown, context: TraceContext) {
  await client.query('insert into jobs (kind, payload, traceparent) values ($1, $2, $3)', [
    kind,
    JSON.stringify(payload),
    writeTraceparent(context),
  ])
}`,
  },
  mistakes: [
    'Starting the SDK after the libraries have been imported: nothing is instrumented, nothing is said.',
    'A span for each function: thousands a request, none of them read.',
    'Sampling decided anew in each service, so that whole traces are rare.',
    'Deriving error rates from sampled traces.',
  ],
  numbers: [
    'traceparent is 55 characters: version, 32 digits of trace, 16 of parent, flags [W3C Trace Context, 3.2]',
    'One of 1,024 requests was sampled at first, and sufficed for busy services [Sigelman et al., Dapper, Google technical report, 2010]',
  ],
  siblings: ['structured-logging', 'error-budget', 'event-driven', 'synchronous-chain-of-services'],
  covers: ['distributed tracing'],
}
