/** The command line, taken apart. */
import { parseArgs } from 'node:util'
import { ROLES, type Role } from '../work/background.js'
import { UsageError } from './failure.js'

export interface ServeArguments {
  /** The compiled module whose default export is the app. */
  readonly appFile: string
  readonly port: number | undefined
  readonly host: string | undefined
  readonly roles: readonly Role[]
  /** The module whose default export fills the database. */
  readonly seedFile: string | undefined
}

const OTHER_COMMANDS = ['keys', 'jobs', 'events', 'review', 'mcp', 'skill'] as const
type OtherCommand = (typeof OTHER_COMMANDS)[number]

export type CommandLine =
  | { readonly command: 'help' }
  | { readonly command: 'version' }
  | ({ readonly command: 'dev' | 'start' } & ServeArguments)
  /** Commands that take their own words apart. */
  | { readonly command: OtherCommand; readonly words: readonly string[] }

const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
  port: { type: 'string', short: 'p' },
  host: { type: 'string' },
  roles: { type: 'string' },
  seed: { type: 'string' },
} as const

/** Throws UsageError. */
export function parseCommandLine(words: readonly string[]): CommandLine {
  const other = OTHER_COMMANDS.find((name) => name === words[0])
  if (other !== undefined) return { command: other, words: words.slice(1) }
  const { values, positionals } = parsed(words)
  const [command, appFile, ...others] = positionals
  if (values.help === true || (command === undefined && values.version !== true) || command === 'help')
    return { command: 'help' }
  if (values.version === true) return { command: 'version' }
  if (command !== 'dev' && command !== 'start') throw new UsageError(`There is no command \`${command}\`.`)
  if (appFile === undefined) throw new UsageError(`Which app? keelson ${command} dist/app.js`)
  if (others.length > 0) throw new UsageError(`\`${others[0]}\` is one argument too many.`)
  if (command === 'start' && values.seed !== undefined) throw new UsageError('--seed is for keelson dev.')
  if (command === 'dev' && values.roles !== undefined) throw new UsageError('--roles is for keelson start.')
  const { host, seed: seedFile } = values
  return { command, appFile, port: portOf(values.port), host, roles: rolesOf(values.roles), seedFile }
}

function rolesOf(text: string | undefined): readonly Role[] {
  if (text === undefined) return ROLES
  const words = text.split(',')
  const roles = ROLES.filter((role) => words.includes(role))
  if (roles.length > 0 && roles.length === words.length) return roles
  throw new UsageError(`--roles is \`${text}\`, but must be http, worker, or http,worker.`)
}

function parsed(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true })
  } catch (error) {
    // Node's first sentence says it; the rest is advice about dashes.
    throw new UsageError((error as Error).message.split('. ')[0]! + '.', { cause: error })
  }
}

function portOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port <= 65_535) return port
  throw new UsageError(`--port is \`${text}\`, but must be a whole number from 0 to 65535.`)
}

export const HELP = `keelson: a declared service becomes a production backend on nothing but Postgres.

  keelson dev <app.js>     Starts the app on an embedded Postgres (data in .keelson/), or on DATABASE_URL;
                           applies migrations, makes a development key, and shows how to call the app.
      --seed <module.js>   Runs this module's default export in the background once the app listens.
  keelson start <app.js>   Starts the app in production. Needs DATABASE_URL.

      --roles <list>       What the process does: http (requests), worker (subscribers, jobs). Default: http,worker.

      --port <number>      Default: PORT, else 3000.
      --host <address>     Default: HOST, else 127.0.0.1: this machine only.

  keelson keys …           Creates, lists, revokes and rotates API keys: keelson keys --help.
  keelson events …         Shows how far subscribers are; retries, skips, rebuilds: keelson events --help.
  keelson jobs …           Lists, retries, discards and cancels jobs: keelson jobs --help.
  keelson review …         Reads the code and the migrations, and reports what will hurt: keelson review --help.
  keelson mcp …            Serves review, diagnosis and plans to coding agents: keelson mcp --help.
  keelson skill …          Makes a coding agent a backend engineer: keelson skill --help.

  -h, --help
  -v, --version

Environment: DATABASE_URL, DATABASE_DIRECT_URL, DATABASE_POOL_MAX, PORT, HOST, LOG_LEVEL, KEELSON_LOG_FORMAT,
KEELSON_PREPARED_STATEMENTS, KEELSON_TRUSTED_PROXIES, KEELSON_JOBS_MAX, KEELSON_OPERATOR_PORT,
KEELSON_DRAIN_DELAY_MS, KEELSON_DRAIN_TIMEOUT_MS.
`
