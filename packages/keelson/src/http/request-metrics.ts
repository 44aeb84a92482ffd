/** Requests, as OpenTelemetry names them (`http.server.*`): how many, how long, under way. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Metrics } from '../telemetry/metrics.js'

const METHOD = 'http_request_method'
const ROUTE = 'http_route'
const STATUS = 'http_response_status_code'

/** Others count as one, so that nobody can make up series. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

export function measureRequests(fastify: FastifyInstance, metrics: Metrics): void {
  let active = 0
  metrics.gauge({ name: 'http_server_active_requests', help: 'Requests under way.' }, (gauge) =>
    gauge.set(active),
  )
  const durations = metrics.histogram({
    name: 'http_server_request_duration_seconds',
    help: 'Duration of requests.',
    labels: [METHOD, ROUTE, STATUS],
  })
  /** Labels cost more than the rest: bound once for each route, method and status. */
  const bound = new Map<string, ReturnType<typeof durations.labels>>()
  const seriesOf = (request: FastifyRequest, status: number): ReturnType<typeof durations.labels> => {
    const route = request.routeOptions.url ?? ''
    const key = `${request.method} ${status} ${route}`
    let series = bound.get(key)
    if (series === undefined) {
      const method = METHODS.has(request.method) ? request.method : '_OTHER'
      series = durations.labels({ [METHOD]: method, [ROUTE]: route, [STATUS]: String(status) })
      if (METHODS.has(request.method)) bound.set(key, series)
    }
    return series
  }
  fastify.addHook('onRequest', (_request, _reply, done) => {
    active++
    done()
  })
  fastify.addHook('onResponse', (request, reply, done) => {
    active--
    seriesOf(request, reply.statusCode).observe(reply.elapsedTime / 1000)
    done()
  })
}
