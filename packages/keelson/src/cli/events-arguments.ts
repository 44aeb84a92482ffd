/** The words after `keelson events`, taken apart. */
import { parseArgs } from 'node:util'
import type { KeyChoice } from '../events/event-book.js'
import { UsageError } from './failure.js'

export type EventsCommand =
  | { readonly action: 'help' }
  | { readonly action: 'list'; readonly json: boolean }
  | {
      readonly action: 'parked'
      readonly json: boolean
      readonly subscriber: string | undefined
      readonly limit: number
    }
  | { readonly action: 'retry'; readonly json: boolean; readonly choice: KeyChoice }
  | { readonly action: 'skip'; readonly json: boolean; readonly subscriber: string; readonly key: string }
  | { readonly action: 'rebuild' | 'remove'; readonly json: boolean; readonly subscriber: string }

const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  json: { type: 'boolean' },
  all: { type: 'boolean' },
  limit: { type: 'string' },
} as const

const LIMIT = 50
const LIMIT_MAX = 10_000

/** Throws UsageError. */
export function parseEventsCommand(words: readonly string[]): EventsCommand {
  const { values, positionals } = parsed(words)
  const [action, ...given] = positionals
  if (values.help === true || action === undefined || action === 'help') return { action: 'help' }
  const { json = false, all = false } = values
  const [subscriber, ...keys] = given
  if (all && action !== 'retry') throw new UsageError(`--all is not for keelson events ${action}.`)
  if (values.limit !== undefined && action !== 'parked')
    throw new UsageError(`--limit is not for keelson events ${action}.`)
  const atMost = (count: number): void => {
    if (given.length > count) throw new UsageError(`\`${given[count]}\` is one argument too many.`)
  }
  switch (action) {
    case 'list':
      atMost(0)
      return { action, json }
    case 'parked':
      atMost(1)
      return { action, json, subscriber, limit: limitOf(values.limit) }
    case 'retry':
      return { action, json, choice: choiceOf(subscriber, keys, all) }
    case 'skip':
      atMost(2)
      if (subscriber === undefined || keys[0] === undefined)
        throw new UsageError('Which event? keelson events skip <subscriber> <key>')
      return { action, json, subscriber, key: keys[0] }
    case 'rebuild':
    case 'remove':
      atMost(1)
      if (subscriber === undefined)
        throw new UsageError(`Which subscriber? keelson events ${action} <subscriber>`)
      return { action, json, subscriber }
    default:
      throw new UsageError(`There is no command \`keelson events ${action}\`.`)
  }
}

function choiceOf(subscriber: string | undefined, keys: readonly string[], all: boolean): KeyChoice {
  if (subscriber === undefined || (keys.length === 0 && !all))
    throw new UsageError('Which keys? keelson events retry <subscriber> <key> …, or --all.')
  if (keys.length > 0 && all) throw new UsageError('Name keys, or take all parked ones: --all.')
  return { subscriber, keys: all ? undefined : keys }
}

function parsed(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true })
  } catch (error) {
    throw new UsageError((error as Error).message.split('. ')[0]! + '.', { cause: error })
  }
}

function limitOf(text: string | undefined): number {
  if (text === undefined) return LIMIT
  const limit = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN
  if (limit >= 1 && limit <= LIMIT_MAX) return limit
  throw new UsageError(`--limit is \`${text}\`, but must be a whole number from 1 to ${LIMIT_MAX}.`)
}

export const EVENTS_HELP = `keelson events: how far subscribers are, and what they failed at. Needs DATABASE_URL; the app need not run.

  keelson events list                        Each subscriber: how far behind, what it holds.
  keelson events parked [subscriber]         Keys whose events wait, and why. With --json: the first event of each, too.
      --limit <number>                       Default: ${LIMIT}, at most ${LIMIT_MAX}.
  keelson events retry <subscriber> <key> …  Tries them again, now, with all their attempts.
      --all                                  Instead of keys: all that are parked.
  keelson events skip <subscriber> <key>     Drops the event that a parked key waits for, shows it, and goes on behind it.
  keelson events rebuild <subscriber>        Empties what it has built (its \`reset\`) and begins at the first event.
  keelson events remove <subscriber>         Forgets one that is no longer in the code, so that old events may leave.

      --json                                 For programs.
  -h, --help
`
