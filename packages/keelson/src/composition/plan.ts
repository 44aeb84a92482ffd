/** What every part of an application is made from: the declaration, the configuration, and where parts are ended. */
import type { App } from '../app.js'
import { readConfig, type Config } from '../config/config.js'
import { KeelsonError } from '../errors.js'
import { systemClock } from '../internal/clock.js'
import { Lifecycle } from '../lifecycle/lifecycle.js'
import type { Services } from '../operation/context.js'
import type { RenderProblem } from '../operation/answer.js'
import { createLog, type Log } from '../telemetry/log.js'
import { ROLES, type Role } from '../work/background.js'
import { prepare, refuseProblems, type Prepared } from './prepare.js'
import type { ServerOptions } from './server.js'

export interface Plan {
  readonly app: App
  readonly prepared: Prepared
  /** What is wrong with the declaration, as far as is known. */
  readonly problems: string[]
  readonly config: Config
  readonly url: string
  readonly log: Log
  readonly lifecycle: Lifecycle
  readonly roles: readonly Role[]
  readonly migrates: boolean
  readonly development: boolean
  readonly services: Services
  readonly render: RenderProblem
  /** How long answers are kept by their once-only key. */
  readonly keepSeconds: number
}

export const HOUR_SECONDS = 3600
/** How long answers are kept by their once-only key. */
export const KEEP_SECONDS = 24 * HOUR_SECONDS
/** How long events are kept. */
export const EVENTS_KEEP_DAYS = 30
/** How long an application's own scheme may take. */
export const AUTHENTICATION_MS = 5000

export const now = (): number => systemClock.now()

/** Throws `invalid_definition` or `invalid_configuration`. */
export function planOf(app: App, options: ServerOptions): Plan {
  const problems: string[] = []
  const prepared = prepare(app, problems)
  const config = options.config ?? readConfig(process.env)
  const url = options.databaseUrl ?? config.databaseUrl
  if (url === undefined) {
    refuseProblems(app, problems)
    throw new KeelsonError('invalid_configuration', {
      message: 'DATABASE_URL is missing: the URL of a Postgres, 15 or later.',
    })
  }
  return {
    app,
    prepared,
    problems,
    config,
    url,
    log: options.log ?? createLog({ level: config.logLevel, format: config.logFormat ?? 'json' }),
    lifecycle: new Lifecycle(),
    roles: options.roles ?? ROLES,
    migrates: options.migrate !== false,
    development: options.development ?? config.development,
    services: app.options.services ?? {},
    render: app.options.http?.renderError ?? ((problem) => problem),
    keepSeconds: app.options.idempotency?.keepSeconds ?? KEEP_SECONDS,
  }
}
