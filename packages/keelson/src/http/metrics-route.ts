/** `/metrics` beside the application: for callers who hold the scope `keelson:metrics`, not for the public. */
import type { FastifyInstance } from 'fastify'
import type { Authenticate } from '../auth/authenticator.js'
import { admit, scope } from '../operation/access.js'
import { refusal, type RenderProblem } from '../operation/answer.js'
import type { MetricsText } from './operator-port.js'
import { sendAnswer } from './reply.js'

const ALLOW = scope('keelson:metrics')

export interface MetricsRouteParts {
  readonly metrics: MetricsText
  readonly authenticate: Authenticate
  readonly challenge: string | undefined
  readonly render: RenderProblem
}

export function metricsRoute(fastify: FastifyInstance, parts: MetricsRouteParts): void {
  const { metrics, authenticate, challenge, render } = parts
  fastify.get('/metrics', async (request, reply) => {
    try {
      const { id, ip } = request
      admit(ALLOW, await authenticate({ id, ip, header: (name) => headerOf(request.headers[name]) }))
    } catch (error) {
      sendAnswer(reply, request.id, refusal(error, request.id, render), challenge)
      return reply
    }
    return reply
      .header('cache-control', 'no-store')
      .header('content-type', metrics.contentType)
      .send(await metrics.text())
  })
}

const headerOf = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value.join(', ') : value
