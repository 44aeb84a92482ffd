/**
 * The composition root: brings a declared application to life in an order in which each part finds what it needs, and stops
 * it in the opposite one.
 */
import type { App } from './app.js'
import { startBackground } from './composition/background-part.js'
import { openEngine, type EnginePart } from './composition/engine-part.js'
import { openGround, type Ground } from './composition/ground.js'
import { openHttp, type HttpPart } from './composition/http-part.js'
import { openOperations, type OperationsPart } from './composition/operations-part.js'
import { planOf, type Plan } from './composition/plan.js'
import type { EngineParts, Server, ServerOptions } from './composition/server.js'
import { KeelsonError } from './errors.js'
import { readLag } from './events/lag.js'
import { answerFetch } from './http/fetch.js'
import { oneAddress } from './http/one-address.js'
import { jobLag } from './jobs/job-lag.js'
import { enqueueOutside } from './operation/enqueue.js'
import { traceparentOf } from './telemetry/trace-context.js'

/** Rejects with `invalid_definition`, `invalid_configuration`, `database_unavailable` or `migration_failed`. */
export function createServer(app: App, options: ServerOptions = {}): Promise<Server> {
  return createServerOf(app, options, {})
}

/** `createServer` with other parts in the engine. */
export async function createServerOf(app: App, options: ServerOptions, parts: EngineParts): Promise<Server> {
  const plan = planOf(app, options)
  try {
    const ground = await openGround(plan)
    const engine = await openEngine(plan, ground, parts)
    const operations = openOperations(plan, ground, engine)
    const http = await openHttp(plan, ground, engine, operations)
    startBackground(plan, ground, engine, operations)
    drainAtEnd(plan, ground, http)
    return faceOf(plan, ground, engine, operations, http)
  } catch (error) {
    await plan.lifecycle.stop().catch(() => undefined)
    throw error
  }
}

function drainAtEnd(
  { lifecycle, config }: Plan,
  { background }: Ground,
  { http, readiness }: HttpPart,
): void {
  lifecycle.started('the server', async () => {
    readiness.stopping()
    await Promise.all([
      http.drain({ delayMs: config.drainDelayMs ?? 0, limitMs: config.drainTimeoutMs }),
      background.stop(config.drainTimeoutMs),
    ])
  })
}

function faceOf(
  { prepared, config, lifecycle, log }: Plan,
  { background }: Ground,
  { engine, tracing }: EnginePart,
  { keys, executor }: OperationsPart,
  { http, operatorPort }: HttpPart,
): Server {
  const { fastify, mount, document } = http
  let closed = false
  return {
    handler: mount.handler,
    fetch: (request) => answerFetch(fastify, request),
    inject: (options) => fastify.inject(options),
    execute: async (operation, input, options) => {
      if (closed) throw new KeelsonError('shutting_down')
      return executor.execute(operation, input, options)
    },
    enqueue: (job, input, options) => {
      const active = tracing?.active()
      const traceparent = active && traceparentOf(active)
      return enqueueOutside(engine, prepared.jobs, job, input, options, traceparent)
    },
    listen: async ({ host: named = config.host, port = config.port } = {}) => {
      const host = await oneAddress(named)
      if (config.operatorPort !== undefined)
        log.info({ url: await operatorPort.listen(host, config.operatorPort) }, 'Listening for operators.')
      return fastify.listen({ host, port })
    },
    close: () => lifecycle.stop().finally(() => (closed = true)),
    keys,
    events: { lag: () => readLag(background.connections) },
    jobs: { lag: () => jobLag(background.connections, prepared.jobs) },
    openapi: document,
  }
}
