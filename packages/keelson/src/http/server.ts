/**
 * The HTTP face of an application: one Fastify instance with the operations' routes, health, documents, and problems
 * for everything else. It listens when told to; tests and other servers use it without.
 */
import { fastify as createFastify, LogController, type FastifyInstance } from 'fastify'
import type { Authenticate } from '../auth/authenticator.js'
import type { Scheduler } from '../internal/clock.js'
import { refusal, type RenderProblem } from '../operation/answer.js'
import type { CompiledOperation } from '../operation/compiled.js'
import type { Services } from '../operation/context.js'
import type { RawRoute } from '../operation/definition.js'
import type { LocalExecutor } from '../operation/execute.js'
import type { Pipeline } from '../operation/pipeline.js'
import type { Log } from '../telemetry/log.js'
import type { Metrics } from '../telemetry/metrics.js'
import type { Tracing } from '../telemetry/tracing.js'
import { answerClientError } from './client-errors.js'
import { boundConnections } from './connections.js'
import { Drain, type DrainLimits } from './drain.js'
import { docsRoutes } from './docs-page.js'
import { healthRoutes, type Readiness } from './health.js'
import { metricsRoute } from './metrics-route.js'
import { readJsonBodies } from './json-body.js'
import { openApiDocument, type ApiDescription, type OpenApiDocument } from './openapi.js'
import { OperationRoutes } from './operation-routes.js'
import type { CorsOptions } from './cors.js'
import { guardEveryRequest, type Dress } from './every-request.js'
import { answerWithProblems, clientError, collectOffered, refuseOtherMethods } from './problems.js'
import { Mount } from './mounted.js'
import { RawRoutes } from './raw-routes.js'
import { sendAnswer } from './reply.js'
import { measureRequests } from './request-metrics.js'
import { requestIdOf } from './request-id.js'
import { logRequests } from './request-log.js'
import { traceRequests } from './request-spans.js'
import { cutOffStalled } from './stalled.js'

export interface HttpLimits {
  /** Longest body. Default 1 MiB; 413 beyond. */
  readonly bodyBytesMax?: number
  /** Time of an operation that does not say its own. Default 30,000; 504 beyond. */
  readonly timeoutMs?: number
  /** Time in which a request must have arrived. Default 30,000; 408 beyond. */
  readonly arrivalMs?: number
  /** Time in which its headers must have arrived. Default 10,000; 408 beyond. */
  readonly headersArrivalMs?: number
  /**
   * Time in which a client must take at least some of an answer that waits for it. Default 30,000; its connection is reset
   * beyond. An open stream that has nothing to send waits for nobody.
   */
  readonly stalledMs?: number
  /** Connections open at once. Default 10,000; those beyond are closed unserved. */
  readonly connectionsMax?: number
  /** All headers with the address, in bytes. Default 16 KiB; 431 beyond. */
  readonly headersBytesMax?: number
  /** Longest address, query string included. Default 8,000 characters; 414 beyond. */
  readonly urlLengthMax?: number
  /** How deep objects and lists of a body may stand in each other. Default 64; 400 beyond. */
  readonly jsonDepthMax?: number
}

export interface HttpParts {
  readonly name: string
  readonly version: string
  /** Before every operation's path, such as `/v1`; empty for none. */
  readonly prefix: string
  readonly operations: readonly CompiledOperation[]
  readonly routes: ReadonlyMap<RawRoute, CompiledOperation>
  /** For routes that execute operations. */
  readonly executor: LocalExecutor
  readonly services: Services
  /** The module of each operation, by operation name. */
  readonly modules: ReadonlyMap<string, string>
  /** For the OpenAPI document. */
  readonly about: ApiDescription
  readonly scheme: Readonly<Record<string, unknown>> | undefined
  readonly pipeline: Pipeline
  readonly authenticate: Authenticate
  readonly challenge: string | undefined
  /** Addresses and networks whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[]
  /** How long answers are kept by `Idempotency-Key`, in seconds. */
  readonly keepSeconds: number
  readonly readiness: Readiness
  readonly metrics: Metrics
  /** Undefined where it is off. */
  readonly tracing: Tracing | undefined
  readonly render: RenderProblem
  readonly log: Log
  readonly now: () => number
  readonly scheduler: Scheduler
  readonly limits: HttpLimits
  readonly development: boolean
  readonly cors: CorsOptions | undefined
  /** See `Config.hstsSeconds`. */
  readonly hstsSeconds: number | undefined
  /** For plugins and routes of the application's own. */
  readonly setup: ((fastify: FastifyInstance) => unknown) | undefined
}

export interface HttpServer {
  readonly fastify: FastifyInstance
  readonly mount: Mount
  readonly document: OpenApiDocument
  /** Goes away; see `Drain`. */
  drain(limits: DrainLimits): Promise<void>
}

export const BODY_BYTES_MAX = 1024 * 1024
export const HTTP_LIMITS = Object.freeze({
  timeoutMs: 30_000,
  arrivalMs: 30_000,
  headersArrivalMs: 10_000,
  stalledMs: 30_000,
  connectionsMax: 10_000,
  headersBytesMax: 16 * 1024,
  urlLengthMax: 8000,
  parameterLengthMax: 500,
  jsonDepthMax: 64,
})

/** Ready to serve, not yet listening. */
export async function createHttpServer(parts: HttpParts): Promise<HttpServer> {
  const { limits, log, render } = parts
  const arrivalMs = limits.arrivalMs ?? HTTP_LIMITS.arrivalMs
  const headersTimeout = Math.min(limits.headersArrivalMs ?? HTTP_LIMITS.headersArrivalMs, arrivalMs)
  let dress: Dress = () => undefined
  const fastify = createFastify({
    http: {
      maxHeaderSize: limits.headersBytesMax ?? HTTP_LIMITS.headersBytesMax,
      headersTimeout,
      requestTimeout: arrivalMs,
      // How late a slow client is noticed.
      connectionsCheckingInterval: Math.min(1000, headersTimeout),
    },
    logger: false,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: limits.bodyBytesMax ?? BODY_BYTES_MAX,
    requestTimeout: arrivalMs,
    requestIdHeader: false,
    genReqId: requestIdOf,
    trustProxy: parts.trustedProxies.length > 0 && [...parts.trustedProxies],
    // Requests that are under way when the server stops are answered; Fastify's 503 would be no problem+json.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    clientErrorHandler: answerClientError,
    routerOptions: { maxParamLength: HTTP_LIMITS.parameterLengthMax },
    frameworkErrors: (error, request, reply) => {
      dress(reply)
      sendAnswer(reply, request.id, refusal(clientError(error), request.id, render))
    },
  })
  const open = boundConnections(fastify.server, {
    connectionsMax: limits.connectionsMax ?? HTTP_LIMITS.connectionsMax,
    now: parts.now,
    log,
  })
  cutOffStalled(fastify.server, open, { stalledMs: limits.stalledMs ?? HTTP_LIMITS.stalledMs, log })
  const leaving = new Drain(fastify, { scheduler: parts.scheduler, log, open })
  const offered = collectOffered(fastify)
  if (parts.tracing !== undefined) traceRequests(fastify, parts.tracing)
  dress = guardEveryRequest(fastify, {
    urlLengthMax: limits.urlLengthMax ?? HTTP_LIMITS.urlLengthMax,
    hstsSeconds: parts.hstsSeconds,
    cors: parts.cors,
    declaredHeaders: parts.operations.flatMap(({ route }) => Object.keys(route?.headers ?? {})),
  })
  measureRequests(fastify, parts.metrics)
  logRequests(fastify, log)
  readJsonBodies(fastify, limits.jsonDepthMax ?? HTTP_LIMITS.jsonDepthMax)
  answerWithProblems(fastify, render, log)
  const { operations, modules, prefix, pipeline, authenticate, now, scheduler } = parts
  const { name: title, version, about, scheme, keepSeconds } = parts
  const document = openApiDocument({
    title,
    version,
    about,
    scheme,
    prefix,
    operations,
    modules,
    keepSeconds,
  })
  healthRoutes(fastify, parts.readiness)
  metricsRoute(fastify, { metrics: parts.metrics, authenticate, challenge: parts.challenge, render })
  docsRoutes(fastify, document)
  if (parts.setup !== undefined) await parts.setup(fastify)
  // Plugins that it registered make their routes now.
  await fastify.after()
  const routes = new OperationRoutes({
    operations,
    prefix,
    pipeline,
    authenticate,
    challenge: parts.challenge,
    render,
    now,
    scheduler,
    timeoutMs: limits.timeoutMs ?? HTTP_LIMITS.timeoutMs,
    development: parts.development,
  })
  routes.register(fastify)
  const rawRoutes = new RawRoutes({
    ...parts,
    bodyBytesMax: limits.bodyBytesMax ?? BODY_BYTES_MAX,
  })
  await rawRoutes.register(fastify)
  refuseOtherMethods(fastify, offered, render)
  await fastify.ready()
  const mount = new Mount(fastify, prefix)
  return {
    fastify,
    mount,
    document,
    async drain(limits) {
      rawRoutes.stop()
      await leaving.run(limits, mount)
      routes.stop()
    },
  }
}
