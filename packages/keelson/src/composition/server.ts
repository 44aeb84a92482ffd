/** What a running application is started with, and the face that it shows. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import type { KeyStore } from '../auth/key-store.js'
import type { Config } from '../config/config.js'
import type { Accept } from '../engine/acceptance.js'
import type { Store } from '../engine/port.js'
import type { EventLag } from '../events/lag.js'
import type { OpenApiDocument } from '../http/openapi.js'
import type { EnqueueOptions, Job } from '../jobs/job.js'
import type { JobLag } from '../jobs/job-lag.js'
import type { Operation } from '../operation/definition.js'
import type { ExecuteOptions } from '../operation/execute.js'
import type { Log } from '../telemetry/log.js'
import type { Role } from '../work/background.js'

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
