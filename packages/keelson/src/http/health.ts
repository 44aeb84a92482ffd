/** `/livez`: the process runs. `/readyz`: it may be sent requests, since it is not stopping and its database is as it needs it. */
import type { FastifyInstance, FastifyReply } from 'fastify'
import { JSON_TYPE } from './media-types.js'

export interface Readiness {
  /** Undefined when ready, else why not. */
  check(): Promise<string | undefined>
}

export interface HealthAnswer {
  readonly status: number
  readonly contentType: string
  readonly body: string
}

export const livez = (): HealthAnswer => told(200, { status: 'alive' })

export async function readyz(readiness: Readiness): Promise<HealthAnswer> {
  const reason = await readiness.check()
  return reason === undefined ? told(200, { status: 'ready' }) : told(503, { status: 'unready', reason })
}

const told = (status: number, body: Readonly<Record<string, string>>): HealthAnswer => ({
  status,
  contentType: JSON_TYPE,
  body: JSON.stringify(body),
})

export function healthRoutes(fastify: FastifyInstance, readiness: Readiness): void {
  fastify.get('/livez', (_request, reply) => send(reply, livez()))
  fastify.get('/readyz', async (_request, reply) => send(reply, await readyz(readiness)))
}

function send(reply: FastifyReply, { status, contentType, body }: HealthAnswer): FastifyReply {
  return reply.code(status).header('cache-control', 'no-store').header('content-type', contentType).send(body)
}
