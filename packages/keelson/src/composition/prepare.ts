/** From a declared application to operations that can run; refuses wrong declarations, all at once. */
import { otherApps, type App } from '../app.js'
import { KeelsonError } from '../errors.js'
import { problemsOfCors } from '../http/cors.js'
import { problemsOf } from '../operation/checks.js'
import { compile, type CompiledOperation } from '../operation/compiled.js'
import type { Operation, RawRoute, Served } from '../operation/definition.js'
import type { Job } from '../jobs/job.js'
import type { Connections } from '../postgres/connections.js'
import { loadTables, type Tables } from '../schema/load.js'

export interface Prepared {
  readonly operations: ReadonlyMap<Operation, CompiledOperation>
  readonly routes: ReadonlyMap<RawRoute, CompiledOperation>
  /** The module of each operation, by operation name. */
  readonly modules: ReadonlyMap<string, string>
  readonly jobs: ReadonlySet<Job>
}

/** Repetitions come for longer than a request may take. */
export const KEEP_SECONDS_MIN = 60

const RESERVED = ['/livez', '/readyz', '/metrics', '/openapi.json', '/docs']

const servedBy = (app: App): Served[] =>
  app.options.modules.flatMap(({ operations, routes }) => [...operations.values(), ...routes.values()])

/** What is wrong goes into `problems`; the result is of use only where there are none. */
export function prepare(app: App, problems: string[]): Prepared {
  const { modules, http } = app.options
  const prefix = http?.prefix ?? ''
  if (!/^(\/[\w.~-]+)*$/.test(prefix))
    problems.push(`The prefix \`${prefix}\` is no path: write it like \`/v1\`.`)
  if (http?.cors !== undefined) problems.push(...problemsOfCors(http.cors))
  const { stalledMs = 1, connectionsMax = 1 } = http ?? {}
  for (const [name, bound] of Object.entries({ stalledMs, connectionsMax }))
    if (!Number.isSafeInteger(bound) || bound < 1)
      problems.push(`\`http.${name}\` must be a whole number of at least 1.`)
  const { keepSeconds } = app.options.idempotency ?? {}
  if (keepSeconds !== undefined && !(Number.isSafeInteger(keepSeconds) && keepSeconds >= KEEP_SECONDS_MIN))
    problems.push(`\`idempotency.keepSeconds\` must be a whole number of at least ${KEEP_SECONDS_MIN}.`)
  const { keepDays = 1 } = app.options.events ?? {}
  if (!(keepDays > 0)) problems.push('`events.keepDays` must be more than 0.')
  const elsewhere = new Set(otherApps(app).flatMap(servedBy))
  problems.push(...problemsOf({ modules, prefix, reserved: RESERVED, elsewhere }))
  const operations = new Map<Operation, CompiledOperation>()
  const routes = new Map<RawRoute, CompiledOperation>()
  const names = new Map<string, string>()
  for (const module of modules) {
    for (const operation of module.operations.values()) {
      const compiled = compile(operation, prefix, problems)
      if (compiled !== undefined) operations.set(operation, compiled)
      names.set(operation.name, module.name)
    }
    for (const route of module.routes.values()) {
      const { name, definition } = route
      const compiled = compile({ kind: 'query', name, definition }, prefix, problems, true)
      if (compiled !== undefined) routes.set(route, compiled)
    }
  }
  return {
    operations,
    routes,
    modules: names,
    jobs: new Set(modules.flatMap(({ jobs }) => [...jobs.values()])),
  }
}

/** The tables as the database knows them; what does not fit goes into `problems`. */
export async function loadAppTables(app: App, connections: Connections, problems: string[]): Promise<Tables> {
  try {
    return await loadTables(
      connections,
      app.options.modules.flatMap((module) => module.tables),
    )
  } catch (error) {
    const told =
      error instanceof KeelsonError && error.code === 'invalid_definition'
        ? error.details?.['problems']
        : undefined
    if (!Array.isArray(told)) throw error
    problems.push(...(told as string[]))
    return new Map()
  }
}

/** Throws `invalid_definition` where there are problems. */
export function refuseProblems(app: App, problems: readonly string[]): void {
  if (problems.length === 0) return
  const message = `The app \`${app.options.name}\` is not declared rightly:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`
  throw new KeelsonError('invalid_definition', { message, details: { problems } })
}
