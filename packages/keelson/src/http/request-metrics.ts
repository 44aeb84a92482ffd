/** Requests, as OpenTelemetry names them (`http.server.*`): how many, how long, under way. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Histogram, Series } from '../telemetry/histogram.js'
import type { Metrics } from '../telemetry/metrics.js'

const METHOD = 'http_request_method'
const ROUTE = 'http_route'
const STATUS = 'http_response_status_code'

type Durations = Histogram<typeof METHOD | typeof ROUTE | typeof STATUS>

/** Others count as one, so that nobody can make up series. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

export function measureRequests(fastify: FastifyInstance, metrics: Metrics): void {
  let active = 0
  metrics.gauge({ name: 'http_server_active_requests', help: 'Requests under way.' }, (gauge) =>
    gauge.set(active),
  )
  const durations: Durations = metrics.histogram({
    name: 'http_server_request_duration_seconds',
    help: 'Duration of requests.',
    labels: [METHOD, ROUTE, STATUS],
  })
  /** By what Fastify keeps of a route, which is one object for each. */
  const routes = new WeakMap<object, RouteDurations>()
  const elsewhere = new RouteDurations(durations, '')
  const of = (request: FastifyRequest): RouteDurations => {
    const { config } = request.routeOptions
    const known = routes.get(config)
    if (known !== undefined) return known
    const made = config.url === undefined ? elsewhere : new RouteDurations(durations, config.url)
    routes.set(config, made)
    return made
  }
  fastify.addHook('onRequest', (_request, _reply, done) => {
    active++
    done()
  })
  fastify.addHook('onResponse', (request, reply, done) => {
    active--
    of(request)
      .series(request.method, reply.statusCode)
      .observe(reply.elapsedTime / 1000)
    done()
  })
}

/** The series of one route, found without a text being put together for it. */
class RouteDurations {
  readonly #durations: Durations
  readonly #route: string
  readonly #byMethod = new Map<string, Map<number, Series>>()

  constructor(durations: Durations, route: string) {
    this.#durations = durations
    this.#route = route
  }

  series(sent: string, status: number): Series {
    const method = METHODS.has(sent) ? sent : '_OTHER'
    let byStatus = this.#byMethod.get(method)
    if (byStatus === undefined) this.#byMethod.set(method, (byStatus = new Map<number, Series>()))
    let series = byStatus.get(status)
    if (series === undefined) {
      series = this.#durations.series({ [METHOD]: method, [ROUTE]: this.#route, [STATUS]: String(status) })
      byStatus.set(status, series)
    }
    return series
  }
}
