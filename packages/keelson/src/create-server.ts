/**
 * The composition root: brings a declared application to life in an order in which each part finds what it needs
 * (connections, migrations, tables, engine, HTTP), and stops it in the opposite one.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import type { App } from './app.js'
import { keyAuthenticator, type Authenticate } from './auth/authenticator.js'
import { KeyMemory } from './auth/key-memory.js'
import { KeyStore } from './auth/key-store.js'
import { ownScheme } from './auth/own-scheme.js'
import { readConfig, type Config } from './config/config.js'
import { openDatabase } from './engine/database.js'
import type { Accept } from './engine/acceptance.js'
import { Engine } from './engine/engine.js'
import type { Store } from './engine/port.js'
import { PostgresStore } from './engine/postgres-store/store.js'
import { readerOf } from './engine/reader.js'
import { Waves } from './engine/waves.js'
import { KeelsonError } from './errors.js'
import { readLag, type EventLag } from './events/lag.js'
import { answerFetch } from './http/fetch.js'
import type { OpenApiDocument } from './http/openapi.js'
import { OperatorPort } from './http/operator-port.js'
import { newRequestId } from './http/request-id.js'
import { createHttpServer, type HttpServer } from './http/server.js'
import { ANSWERS } from './idempotency/claim.js'
import { systemClock, systemScheduler } from './internal/clock.js'
import { systemRandom } from './internal/random.js'
import type { EnqueueOptions, Job } from './jobs/job.js'
import { jobLag, type JobLag } from './jobs/job-lag.js'
import { addJobWorkers } from './jobs/job-workers.js'
import { Lifecycle, within } from './lifecycle/lifecycle.js'
import { DatabaseReadiness } from './lifecycle/readiness.js'
import { readMigrations } from './migrations/files.js'
import { isMigrated, migrate } from './migrations/migrate.js'
import { OWN_MIGRATIONS, type Migration } from './migrations/own.js'
import { traceCommands } from './operation/command-spans.js'
import { CommandTransaction } from './operation/command-transaction.js'
import { CursorKeys } from './operation/cursor-keys.js'
import type { Operation } from './operation/definition.js'
import { enqueueOutside } from './operation/enqueue.js'
import { addEventWork } from './operation/event-work.js'
import { LocalExecutor, type ExecuteOptions } from './operation/execute.js'
import { jobRunner } from './operation/job-run.js'
import { Pipeline } from './operation/pipeline.js'
import type { Connections } from './postgres/connections.js'
import { reach } from './postgres/reach.js'
import { Sweeper } from './postgres/sweeper.js'
import { createMeasures, measure } from './measure.js'
import { loadAppTables, prepare, refuseProblems } from './prepare.js'
import { createLog, type Log } from './telemetry/log.js'
import { openTracing } from './telemetry/tracing.js'
import { Background, ROLES, type Role } from './work/background.js'

export interface ServerOptions {
  /** Default: `DATABASE_URL`. */
  readonly databaseUrl?: string
  /** Default: read from the environment. */
  readonly config?: Config
  /** Default: JSON on standard output at the level of the configuration. */
  readonly log?: Log
  /** Whether to apply migrations at start. Default: true. */
  readonly migrate?: boolean
  /**
   * Whether mistakes that production only counts or never sees make a command fail: reads in a loop, a handler that does
   * not do the same twice, calls to the network. Default: see `Config.development`.
   */
  readonly development?: boolean
  /**
   * What this process is there for: `http` answers requests, `worker` does background work. A process without `http` serves
   * its health alone. Default: both.
   */
  readonly roles?: readonly Role[]
}

/** A running application. */
export interface Server {
  /** For Node's `http` and whatever mounts such a function: Express, Nest. */
  readonly handler: (request: IncomingMessage, response: ServerResponse) => void
  /** For whatever speaks the web's Request and Response. */
  fetch(request: Request): Promise<Response>
  /** A request without a network, for tests. */
  inject(options: InjectOptions | string): Promise<LightMyRequestResponse>
  /** An operation without HTTP: validated, authorised and executed like a request. Rejects with KeelsonError. */
  execute<I, O>(operation: Operation<I, O>, input: NoInfer<I>, options?: ExecuteOptions): Promise<O>
  /** Hands a job over outside of any command; resolves with its id once it is committed. */
  enqueue<I>(job: Job<I>, input: NoInfer<I>, options?: EnqueueOptions): Promise<string>
  /** Listens on `host` and `port` (default: those of the configuration; 0 takes a free port); returns the address. */
  listen(options?: { readonly host?: string; readonly port?: number }): Promise<string>
  /** Stops taking requests, finishes those under way, then closes everything. */
  close(): Promise<void>
  readonly keys: KeyStore
  readonly events: {
    /** How far subscribers are behind, read from the database. */
    lag(): Promise<EventLag>
  }
  readonly jobs: {
    /** How far jobs are behind, by kind, read from the database. */
    lag(): Promise<JobLag[]>
  }
  readonly openapi: OpenApiDocument
}

/** Parts of the engine that the proof and tests exchange for weaker ones. */
export interface EngineParts {
  readonly store?: (store: Store) => Store
  readonly accept?: Accept
  /** See `EngineOptions`. */
  readonly resolveMs?: number
}

/** Rejects with `invalid_definition`, `invalid_configuration`, `database_unavailable` or `migration_failed`. */
export function createServer(app: App, options: ServerOptions = {}): Promise<Server> {
  return createServerOf(app, options, {})
}

/** `createServer` with other parts in the engine. */
export async function createServerOf(app: App, options: ServerOptions, parts: EngineParts): Promise<Server> {
  const problems: string[] = []
  const prepared = prepare(app, problems)
  const config = options.config ?? readConfig(process.env)
  const url = options.databaseUrl ?? config.databaseUrl
  const log = options.log ?? createLog({ level: config.logLevel, format: config.logFormat ?? 'json' })
  if (url === undefined) {
    refuseProblems(app, problems)
    throw new KeelsonError('invalid_configuration', {
      message: 'DATABASE_URL is missing: the URL of a Postgres, 15 or later.',
    })
  }
  const lifecycle = new Lifecycle()
  try {
    const database = openDatabase({
      url,
      max: config.databasePoolMax,
      preparedStatements: config.preparedStatements,
      onIdleError: (err) => log.warn({ err }, 'An idle connection to the database was lost.'),
    })
    const { connections } = database
    lifecycle.started('the connections', () => database.close())
    await reach(connections, url)
    const migrations = await migrationsOf(app, problems)
    if (options.migrate !== false) await applyMigrations(migrations, connections, log)
    const tables = await loadAppTables(app, connections, problems)
    refuseProblems(app, problems)

    const roles = options.roles ?? ROLES
    const background = new Background({
      url,
      directUrl: config.databaseDirectUrl,
      behindPooler: connections.behindPooler,
      preparedStatements: config.preparedStatements,
      isWorker: roles.includes('worker'),
      log,
    })
    lifecycle.started('the connections of background work', () => background.close())
    const own = new PostgresStore(database)
    const store = parts.store?.(own) ?? own
    const waves = new Waves(store, systemScheduler, { connections: database.waveConnections.max })
    const { metrics, probe, noteCommand } = createMeasures(log)
    const tracing = await openTracing()
    const traceCommand = tracing && traceCommands(tracing)
    const engine = new Engine({
      store,
      tables,
      waves,
      Transaction: CommandTransaction,
      accept: parts.accept,
      probe,
      // One is left for callers' keys, health and the fate of lost groups.
      solosMax: Math.max(1, connections.max - 1),
      resolveMs: parts.resolveMs,
      rehearse: options.development ?? config.development,
      development: options.development ?? config.development,
      onEffects: (tables) => {
        for (const { name } of tables) background.wakeUps.signal(name)
      },
    })
    measure(metrics, {
      engine,
      waves,
      database,
      background: background.connections,
      jobs: prepared.jobs,
    })
    lifecycle.started('the engine', () => within(config.drainTimeoutMs, engine.drain()))
    const keepSeconds = app.options.idempotency?.keepSeconds ?? KEEP_SECONDS
    startSweeping(lifecycle, connections, log, keepSeconds)
    const keys = new KeyStore(connections)
    const services = app.options.services ?? {}
    const cursorKeys = new CursorKeys({
      connections,
      now,
      onError: (err) => log.warn({ err }, 'Newer keys of cursors could not be looked for.'),
    })
    const pipeline = new Pipeline({
      engine,
      noteCommand:
        traceCommand === undefined
          ? noteCommand
          : (facts, name) => {
              noteCommand(facts, name)
              traceCommand(facts, name)
            },
      openReader: readerOf(waves, tables, database.readerConnections),
      cursorKeys,
      operations: prepared.operations,
      jobs: prepared.jobs,
      services,
      render: app.options.http?.renderError ?? ((problem) => problem),
      groupKey: app.options.auth?.groupKey,
      log,
      now,
    })
    addEventWork(background, {
      engine,
      operations: prepared.operations,
      jobs: prepared.jobs,
      cursorKeys,
      services,
      render: app.options.http?.renderError ?? ((problem) => problem),
      log,
      subscribers: app.options.modules.flatMap(({ subscribers }) => subscribers),
      keepSeconds: (app.options.events?.keepDays ?? EVENTS_KEEP_DAYS) * 24 * HOUR_SECONDS,
    })
    const migrationNames = migrations.map(({ name }) => name)
    const readiness = new DatabaseReadiness(async () =>
      (await isMigrated(connections, migrationNames)) ? undefined : 'migrations',
    )
    const operatorPort = new OperatorPort({ readiness, metrics })
    lifecycle.started('the port of operators', () => operatorPort.close())
    const executor = new LocalExecutor(prepared.operations, pipeline, newRequestId)
    const http = await createHttpServer({
      name: app.options.name,
      version: app.options.version ?? '0.0.0',
      prefix: app.options.http?.prefix ?? '',
      operations: roles.includes('http') ? [...prepared.operations.values()] : [],
      routes: roles.includes('http') ? prepared.routes : new Map(),
      executor,
      services,
      modules: prepared.modules,
      about: app.options.api ?? {},
      scheme: app.options.auth?.scheme,
      pipeline,
      authenticate: authenticateOf(app, keys, lifecycle, log),
      challenge: app.options.auth?.challenge,
      trustedProxies: config.trustedProxies,
      keepSeconds,
      readiness,
      metrics,
      tracing,
      render: app.options.http?.renderError ?? ((problem) => problem),
      log,
      now,
      scheduler: systemScheduler,
      limits: app.options.http ?? {},
      development: options.development ?? config.development,
      cors: app.options.http?.cors,
      hstsSeconds: config.hstsSeconds,
      setup: app.options.http?.setup,
    })
    addJobWorkers(background, {
      jobs: [...prepared.jobs],
      run: jobRunner(executor, { log, services }),
      placesMax: config.jobsMax,
      drainTimeoutMs: config.drainTimeoutMs,
      log,
    })
    background.start()
    lifecycle.started('the server', async () => {
      readiness.stopping()
      await Promise.all([
        http.drain({ delayMs: config.drainDelayMs ?? 0, limitMs: config.drainTimeoutMs }),
        background.stop(config.drainTimeoutMs),
      ])
    })
    const enqueue: Server['enqueue'] = (job, input, options) =>
      enqueueOutside(engine, prepared.jobs, job, input, options)
    const listen: Server['listen'] = async ({ host = config.host, port = config.port } = {}) => {
      if (config.operatorPort !== undefined)
        log.info({ url: await operatorPort.listen(host, config.operatorPort) }, 'Listening for operators.')
      return http.fastify.listen({ host, port })
    }
    return faceOf(
      http,
      executor,
      { enqueue, lag: () => jobLag(background.connections, prepared.jobs) },
      listen,
      keys,
      background,
      lifecycle,
    )
  } catch (error) {
    await lifecycle.stop().catch(() => undefined)
    throw error
  }
}

const now = (): number => systemClock.now()

export const HOUR_SECONDS = 3600
/** How long answers are kept by their once-only key. */
export const KEEP_SECONDS = 24 * HOUR_SECONDS
/** How long events are kept. */
export const EVENTS_KEEP_DAYS = 30
export const AUTHENTICATION_MS = 5000

/** The application's own scheme, or API keys. */
function authenticateOf(app: App, keys: KeyStore, lifecycle: Lifecycle, log: Log): Authenticate {
  const { authenticate, timeoutMs = AUTHENTICATION_MS } = app.options.auth ?? {}
  if (authenticate !== undefined) return ownScheme(authenticate, { timeoutMs, scheduler: systemScheduler })
  const memory = new KeyMemory({
    keys: { find: (hashes) => keys.find(hashes), touch: (ids) => keys.touch(ids) },
    scheduler: systemScheduler,
    nowMs: () => performance.now(),
    onError: (err) => log.warn({ err }, 'What is known of keys could not be refreshed.'),
  })
  lifecycle.started('the memory of keys', () => memory.stop())
  return keyAuthenticator(memory)
}

/** Removes answers when their time is over, and markers of groups when nobody can ask for them any more. */
function startSweeping(lifecycle: Lifecycle, connections: Connections, log: Log, keepSeconds: number): void {
  const sweeper = new Sweeper({
    connections,
    retentions: [
      { table: ANSWERS.name, column: 'created_at', keepSeconds },
      { table: 'keelson.jobs_ended', column: 'keep_until', keepSeconds: 0 },
      { table: 'keelson.groups', column: 'committed_at', keepSeconds: HOUR_SECONDS },
      // Left by processes that died.
      { table: 'keelson.leases', column: 'expires_at', keepSeconds: HOUR_SECONDS },
    ],
    scheduler: systemScheduler,
    random: systemRandom,
    onError: (err) => log.warn({ err }, 'Old rows of Keelson could not be removed.'),
  })
  sweeper.start()
  lifecycle.started('the sweeper', () => sweeper.stop())
}

/** All that the database must have seen. */
async function migrationsOf(app: App, problems: readonly string[]): Promise<Migration[]> {
  // A database is not touched for an application that cannot start.
  refuseProblems(app, problems)
  const folder = app.options.migrations
  return [...OWN_MIGRATIONS, ...(folder === undefined ? [] : await readMigrations(folder))]
}

async function applyMigrations(
  migrations: readonly Migration[],
  connections: Connections,
  log: Log,
): Promise<void> {
  const applied = await migrate(connections, migrations)
  if (applied.length > 0) log.info({ migrations: applied }, 'Migrations were applied.')
}

function faceOf(
  http: HttpServer,
  executor: LocalExecutor,
  jobs: { readonly enqueue: Server['enqueue']; readonly lag: Server['jobs']['lag'] },
  listen: Server['listen'],
  keys: KeyStore,
  background: Background,
  lifecycle: Lifecycle,
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
    enqueue: jobs.enqueue,
    listen,
    close: () => lifecycle.stop().finally(() => (closed = true)),
    keys,
    events: { lag: () => readLag(background.connections) },
    jobs: { lag: jobs.lag },
    openapi: document,
  }
}
