/** The doors: HTTP for clients, and a port of their own for operators. */
import { OperatorPort } from '../http/operator-port.js'
import { createHttpServer, type HttpServer } from '../http/server.js'
import { systemScheduler } from '../internal/clock.js'
import { DatabaseReadiness } from '../lifecycle/readiness.js'
import { isMigrated } from '../migrations/migrate.js'
import type { EnginePart } from './engine-part.js'
import type { Ground } from './ground.js'
import type { OperationsPart } from './operations-part.js'
import { now, type Plan } from './plan.js'

export interface HttpPart {
  readonly http: HttpServer
  readonly operatorPort: OperatorPort
  readonly readiness: DatabaseReadiness
}

export async function openHttp(
  plan: Plan,
  { database, migrations }: Ground,
  { metrics, tracing }: EnginePart,
  { pipeline, executor, authenticate }: OperationsPart,
): Promise<HttpPart> {
  const { app, prepared, config, lifecycle, log, render, services, keepSeconds } = plan
  const { name, version = '0.0.0', http: options = {}, auth, api = {} } = app.options
  const names = migrations.map((migration) => migration.name)
  const readiness = new DatabaseReadiness(async () =>
    (await isMigrated(database.connections, names)) ? undefined : 'migrations',
  )
  const operatorPort = new OperatorPort({ readiness, metrics })
  lifecycle.started('the port of operators', () => operatorPort.close())
  const serves = plan.roles.includes('http')
  const http = await createHttpServer({
    name,
    version,
    prefix: options.prefix ?? '',
    operations: serves ? [...prepared.operations.values()] : [],
    routes: serves ? prepared.routes : new Map(),
    executor,
    services,
    modules: prepared.modules,
    about: api,
    scheme: auth?.scheme,
    pipeline,
    authenticate,
    challenge: auth?.challenge,
    trustedProxies: config.trustedProxies,
    keepSeconds,
    readiness,
    metrics,
    tracing,
    render,
    log,
    now,
    scheduler: systemScheduler,
    limits: options,
    development: plan.development,
    cors: options.cors,
    hstsSeconds: config.hstsSeconds,
    setup: options.setup,
  })
  return { http, operatorPort, readiness }
}
