/** What is wrong with an application's declarations, all of it at once, each with what to write instead. */
import { isZod, type AnySchema } from '../schema/any-schema.js'
import { undescribed } from '../schema/described.js'
import { errorCode, PROBLEM_MEMBERS } from './declared-errors.js'
import type { Served } from './definition.js'
import { problemsOfRoute } from './http-checks.js'
import { problemsOfJobs } from './job-checks.js'
import type { Module } from './module.js'
import { isCombined } from './rules.js'
import { unlistedBeside } from './registry.js'
import { problemsOfSubscribers } from './subscriber.js'

export interface CheckOptions {
  readonly modules: readonly Module[]
  readonly prefix: string
  /** Routes that the server itself serves. */
  readonly reserved: readonly string[]
  /** Operations that other applications of this process list. */
  readonly elsewhere: ReadonlySet<Served>
}

const NAME = /^[A-Za-z][\w-]*(\.[\w-]+)*$/

/** Sentences; none where all is well. */
export function problemsOf(options: CheckOptions): string[] {
  const operations: Served[] = options.modules.flatMap(({ operations: declared, routes }) => [
    ...declared.values(),
    ...routes.values(),
  ])
  return [
    ...repeated(options.modules, (module) => module.name).map(
      (name) => `Two modules are called \`${name}\`: name each of them differently.`,
    ),
    ...twoOfOneName(operations),
    ...twoEvents(options.modules),
    ...problemsOfSubscribers(options.modules.flatMap((module) => module.subscribers)),
    ...operations.flatMap(problemsOfOperation),
    ...problemsOfJobs(options.modules),
    ...twoOnOneRoute(operations, options),
    ...unlisted(operations, options),
  ]
}

function twoOfOneName(operations: readonly Served[]): string[] {
  return repeated(operations, ({ name }) => name).map((name) => {
    const same = new Set(operations.filter((operation) => operation.name === name))
    return same.size === 1
      ? `\`${name}\` is listed twice: list it in one module, under one export.`
      : `Two operations are called \`${name}\`: give one of them another name.`
  })
}

function twoEvents(modules: readonly Module[]): string[] {
  const events = new Set(modules.flatMap((module) => [...module.events.values()]))
  return repeated([...events], ({ name, version }) => `${name} version ${version}`).map(
    (event) => `Two events are called \`${event}\`: give one of them another name or version.`,
  )
}

function problemsOfOperation(operation: Served): string[] {
  const { name, definition } = operation
  const problems: string[] = []
  if (!NAME.test(name))
    problems.push(`\`${name}\` is no name for an operation: write it like \`orders.place\`.`)
  if (!isAllow(definition.allow)) {
    problems.push(
      `\`${name}\` does not say who may use it: add \`allow: signedIn\`, \`allow: scope('…')\`, a function of (actor, input), or \`allow: anyone\` for the public.`,
    )
  }
  problems.push(...problemsOfRule(name, definition.allow))
  if (definition.timeoutMs !== undefined && !(definition.timeoutMs > 0)) {
    problems.push(`\`${name}\`: \`timeoutMs\` must be more than 0.`)
  }
  if (definition.routes.length > 1)
    problems.push(`\`${name}\` names several methods: declare one operation for each.`)
  problems.push(...definition.routes.flatMap((route) => problemsOfRoute(operation, route)))
  problems.push(...problemsOfErrors(operation), ...problemsOfSchemas(operation))
  return problems
}

const isAllow = (allow: unknown): boolean =>
  typeof allow === 'function' || (typeof allow === 'object' && allow !== null && 'kind' in allow)

/** What a rule that others are made of may not be. */
function problemsOfRule(name: string, allow: unknown): string[] {
  if (!isCombined(allow)) return []
  if (allow.rules.length === 0)
    return [`\`${name}\`: \`${allow.kind}()\` in its \`allow\` names no rule: give it at least one.`]
  return allow.rules.flatMap((rule: unknown) => {
    const isRule = isAllow(rule) && (rule as { kind?: unknown }).kind !== 'anyone'
    return isRule
      ? problemsOfRule(name, rule)
      : [
          `\`${name}\`: \`${allow.kind}(…)\` in its \`allow\` takes \`signedIn\`, \`scope('…')\` and functions; \`anyone\` stands alone.`,
        ]
  })
}

/** Operations that are served stand in /openapi.json. */
function problemsOfSchemas({ name, definition }: Served): string[] {
  const { routes, input, output, errors } = definition
  if (routes.length === 0) return []
  const schemas: [string, AnySchema<unknown, unknown> | undefined][] = [
    ['`input`', input],
    ['`output`', output],
    ...Object.entries(errors).map(([error, { details }]): [string, typeof details] => [
      `the details of \`${error}\``,
      details,
    ]),
  ]
  return schemas.flatMap(([what, schema]) => {
    const problem = schema === undefined ? undefined : undescribed(schema, what)
    return problem === undefined ? [] : [`\`${name}\`: ${problem}`]
  })
}

function problemsOfErrors({ name, definition }: Served): string[] {
  const names = Object.keys(definition.errors)
  const problems = repeated(names, errorCode).map(
    (code) => `\`${name}\` declares the error code \`${code}\` twice: give one of them another name.`,
  )
  for (const [error, { details }] of Object.entries(definition.errors)) {
    if (details === undefined || !isZod(details) || !('shape' in details)) continue
    const hidden = Object.keys(details.shape as object).filter((field) => PROBLEM_MEMBERS.includes(field))
    problems.push(
      ...hidden.map(
        (field) =>
          `\`${name}\`: the details of \`${error}\` have a field \`${field}\`, which every error has: call it otherwise.`,
      ),
    )
  }
  return problems
}

function twoOnOneRoute(operations: readonly Served[], { prefix, reserved }: CheckOptions): string[] {
  const owners = new Map<string, string>(reserved.map((path) => [`GET ${path}`, 'Keelson itself']))
  const problems: string[] = []
  for (const operation of new Set(operations)) {
    for (const { method, path } of operation.definition.routes) {
      const route = `${method} ${(prefix + path).replaceAll(/:\w+/g, ':')}`
      const owner = owners.get(route)
      if (owner === undefined) owners.set(route, `\`${operation.name}\``)
      else
        problems.push(
          `${method} ${prefix}${path} is served by ${owner} and by \`${operation.name}\`: give one of them another path.`,
        )
    }
  }
  return problems
}

function unlisted(operations: readonly Served[], { elsewhere }: CheckOptions): string[] {
  return unlistedBeside(new Set(operations), elsewhere).map(
    ({ operation, line }) =>
      `\`${operation.name}\`${line === undefined ? '' : ` (line ${line})`} is declared beside others that are listed, but no module lists it: ` +
      'export it and pass the whole file, `module(name, exports)` with `import * as exports`, or remove it.',
  )
}

/** Names that more than one has, each once. */
function repeated<T>(all: readonly T[], nameOf: (each: T) => string): string[] {
  const names = all.map(nameOf)
  return [...new Set(names.filter((name, at) => names.indexOf(name) !== at))]
}
