/**
 * The hand-written service that Keelson is measured against: Fastify and pg as their own documentation recommends,
 * schemas for validation and serialisation, no logger, named prepared statements, a bearer token known in memory.
 */
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify'
import type { Pool } from 'pg'
import { problem, type Answer, type Line, type PlaceOrder } from './order.js'
import { item, itemRequest, order, orderRequest } from './schemas.js'
import { uuidOfHash, uuidV7 } from './uuid.js'

export interface ServiceOptions {
  readonly pool: Pool
  readonly placeOrder: PlaceOrder
  /** The caller behind each token. */
  readonly callers: ReadonlyMap<string, string>
}

const BEARER = 'Bearer '

export function service({ pool, placeOrder, callers }: ServiceOptions): FastifyInstance {
  const app = fastify({ logger: false })
  app.decorateRequest('callerId', '')

  app.addHook('onRequest', async (request, reply) => {
    const authorization = request.headers.authorization
    const caller = authorization?.startsWith(BEARER)
      ? callers.get(authorization.slice(BEARER.length))
      : undefined
    if (caller === undefined) return send(reply, problem(401, 'unauthenticated'))
    request.callerId = caller
    return undefined
  })

  app.get<{ Params: { sku: string } }>(
    '/v1/items/:sku',
    { schema: { params: itemRequest, response: { 200: item } } },
    async (request, reply) => {
      const { rows } = await pool.query({
        name: 'read-item',
        text: 'select sku, name, category, price, stock from items where sku = $1',
        values: [request.params.sku],
      })
      return rows[0] ?? send(reply, problem(404, 'not_found'))
    },
  )

  app.post<{ Body: { lines: Line[] } }>(
    '/v1/orders',
    { schema: { body: orderRequest, response: { 201: order } } },
    async (request, reply) => {
      const idempotencyKey = request.headers['idempotency-key']
      if (typeof idempotencyKey !== 'string') return send(reply, problem(400, 'idempotency_key_missing'))
      const placedAt = new Date()
      const answer = await placeOrder(
        {
          id: uuidV7(placedAt.getTime()),
          placedBy: request.callerId,
          placedAt,
          lines: request.body.lines,
          key: uuidOfHash(`${request.callerId}\n${idempotencyKey}`),
          fingerprint: uuidOfHash(JSON.stringify(request.body)),
        },
        reply.getSerializationFunction('201')!,
      )
      return send(reply, answer)
    },
  )
  return app
}

/** The body is a text already, which Fastify passes on as it is. */
function send(reply: FastifyReply, { status, location, body, replayed }: Answer): FastifyReply {
  reply
    .code(status)
    .type(status < 400 ? 'application/json; charset=utf-8' : 'application/problem+json; charset=utf-8')
  if (location !== null) reply.header('location', location)
  if (replayed) reply.header('idempotent-replayed', 'true')
  return reply.send(body)
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the hook above before any handler runs. */
    callerId: string
  }
}
