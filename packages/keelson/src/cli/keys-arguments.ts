/** The command line of `keelson keys`, taken apart. */
import { parseArgs } from 'node:util'
import { problemsOfGrant, type KeyGrant } from '../auth/key-grant.js'
import { UsageError } from './failure.js'

interface Printed {
  /** Whether the answer is JSON, for programs. */
  readonly json: boolean
}

export type KeysCommand =
  | { readonly action: 'help' }
  | ({ readonly action: 'create'; readonly grant: KeyGrant } & Printed)
  | ({ readonly action: 'list'; readonly owner: string | undefined; readonly ended: boolean } & Printed)
  | ({ readonly action: 'revoke'; readonly named: string } & Printed)
  | ({
      readonly action: 'rotate'
      readonly named: string
      readonly overlapMs: number | undefined
      readonly expiresAt: Date | undefined
    } & Printed)

const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  json: { type: 'boolean' },
  owner: { type: 'string' },
  scope: { type: 'string', multiple: true },
  name: { type: 'string' },
  expires: { type: 'string' },
  address: { type: 'string', multiple: true },
  all: { type: 'boolean' },
  overlap: { type: 'string' },
} as const

/** What each action takes beside --json and --help. */
const TAKEN: Readonly<Record<string, readonly string[]>> = {
  create: ['owner', 'scope', 'name', 'expires', 'address'],
  list: ['owner', 'all'],
  revoke: [],
  rotate: ['overlap', 'expires'],
}

/** `words`: what follows `keys`. `nowMs`: what durations count from. Throws UsageError. */
export function parseKeysCommand(words: readonly string[], nowMs: number): KeysCommand {
  const { values, positionals } = parsed(words)
  const [action, named, ...others] = positionals
  if (values.help === true || action === undefined || action === 'help') return { action: 'help' }
  const taken = TAKEN[action]
  if (taken === undefined)
    throw new UsageError(`\`keelson keys ${action}\` does not exist: create, list, revoke or rotate.`)
  const foreign = Object.keys(values).find((name) => name !== 'json' && !taken.includes(name))
  if (foreign !== undefined) throw new UsageError(`\`keelson keys ${action}\` takes no --${foreign}.`)
  const extra = action === 'revoke' || action === 'rotate' ? others[0] : named
  if (extra !== undefined) throw new UsageError(`\`${extra}\` is one argument too many.`)
  const json = values.json ?? false
  switch (action) {
    case 'create':
      return { action, json, grant: grantOf(values, nowMs) }
    case 'list':
      return { action, json, owner: values.owner, ended: values.all ?? false }
    case 'revoke':
      return { action, json, named: nameOf(action, named) }
    default: {
      const { overlap, expires } = values
      const overlapMs = overlap === undefined ? undefined : durationMs(overlap)
      if (overlap !== undefined && overlapMs === undefined)
        throw new UsageError(`--overlap is \`${overlap}\`, but must be a time such as 12h, 7d or 0.`)
      return {
        action: 'rotate',
        json,
        named: nameOf(action, named),
        overlapMs,
        expiresAt: expiryOf(expires, nowMs),
      }
    }
  }
}

type Values = ReturnType<typeof parsed>['values']

function parsed(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true })
  } catch (error) {
    throw new UsageError((error as Error).message.split('. ')[0]! + '.', { cause: error })
  }
}

function grantOf({ owner, scope = [], name, expires, address = [] }: Values, nowMs: number): KeyGrant {
  if (owner === undefined) throw new UsageError('Whom does the key stand for? Add --owner <id>.')
  const grant: KeyGrant = {
    owner,
    scopes: listed(scope),
    name,
    expiresAt: expiryOf(expires, nowMs),
    addresses: listed(address),
  }
  const problems = problemsOfGrant(grant)
  if (problems.length > 0) throw new UsageError(problems.join('\n'))
  return grant
}

/** An option may be given several times, and several values at once with commas. */
const listed = (texts: readonly string[]): string[] => [
  ...new Set(texts.flatMap((text) => text.split(',').map((part) => part.trim()))),
]

function nameOf(action: string, named: string | undefined): string {
  if (named !== undefined) return named
  throw new UsageError(`Which key? keelson keys ${action} <id or prefix>`)
}

const UNITS_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** `90d`, `12h`, `30m`, `45s` or `0`. */
function durationMs(text: string): number | undefined {
  const match = /^(\d{1,9})([smhd])$/.exec(text)
  if (match === null) return text === '0' ? 0 : undefined
  return Number(match[1]) * UNITS_MS[match[2]!]!
}

function expiryOf(text: string | undefined, nowMs: number): Date | undefined {
  if (text === undefined) return undefined
  const duration = durationMs(text)
  const atMs = duration === undefined ? dateMs(text) : nowMs + duration
  if (atMs > nowMs) return new Date(atMs)
  throw new UsageError(
    `--expires is \`${text}\`, but must be a time from now such as 90d, or a date to come.`,
  )
}

/** Days as ISO 8601 has them, or moments with their zone. */
const dateMs = (text: string): number =>
  /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?(\.\d+)?(Z|[+-]\d\d:\d\d))?$/.test(text) ? Date.parse(text) : Number.NaN

export const KEYS_HELP = `keelson keys: API keys of the database that DATABASE_URL names.

  keelson keys create --owner <id>   Makes a key, and shows it this once.
      --scope <scope>                What it may do; several with commas, or again. * for everything.
      --name <text>                  What it is for.
      --expires <when>               90d, 12h, or a date such as 2030-01-31. Default: never.
      --address <address>            From where it may be used: 203.0.113.7 or 10.0.0.0/8. Default: everywhere.
  keelson keys list                  The keys that work.
      --owner <id>                   Only those that stand for this caller.
      --all                          Those that were revoked or have expired, too.
  keelson keys revoke <key>          Ends a key; every process refuses it within five seconds.
  keelson keys rotate <key>          Makes a key like it, shows it this once, and lets the old one go on for a while.
      --overlap <time>               For how long: 7d, 12h, 0. Default: 24h.
      --expires <when>               Of the new key. Default: as long as the old one was made for.

      --json                         The answer as JSON.
  -h, --help

<key> is a key's id or prefix, as the list shows them.
`
