/** `/livez`: the process runs. `/readyz`: it may be sent requests, since it is not stopping and reaches its database. */
import type { FastifyInstance, FastifyReply } from 'fastify'

export interface Readiness {
  /** Undefined when ready, else why not. */
  check(): Promise<string | undefined>
}

export function healthRoutes(fastify: FastifyInstance, readiness: Readiness): void {
  fastify.get('/livez', (_request, reply) => {
    state(reply, 200, { status: 'alive' })
  })
  fastify.get('/readyz', async (_request, reply) => {
    const reason = await readiness.check()
    state(
      reply,
      reason === undefined ? 200 : 503,
      reason === undefined ? { status: 'ready' } : { status: 'unready', reason },
    )
    return reply
  })
}

function state(reply: FastifyReply, status: number, body: Readonly<Record<string, string>>): void {
  reply
    .code(status)
    .header('cache-control', 'no-store')
    .header('content-type', 'application/json; charset=utf-8')
  reply.send(JSON.stringify(body))
}
