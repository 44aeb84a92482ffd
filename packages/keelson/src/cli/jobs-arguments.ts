/** The words after `keelson jobs`, taken apart. */
import { parseArgs } from 'node:util'
import { JOB_STATES, type JobChoice, type JobState } from '../jobs/job-book.js'
import { UsageError } from './failure.js'

export type JobsCommand =
  | { readonly action: 'help' }
  | {
      readonly action: 'list'
      readonly json: boolean
      readonly states: readonly JobState[] | undefined
      readonly name: string | undefined
      readonly limit: number
    }
  | { readonly action: 'show'; readonly json: boolean; readonly id: string }
  | { readonly action: 'retry' | 'discard' | 'cancel'; readonly json: boolean; readonly choice: JobChoice }

const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  json: { type: 'boolean' },
  all: { type: 'boolean' },
  state: { type: 'string' },
  name: { type: 'string' },
  limit: { type: 'string' },
} as const

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const LIMIT = 50
const LIMIT_MAX = 10_000

/** Throws UsageError. */
export function parseJobsCommand(words: readonly string[]): JobsCommand {
  const { values, positionals } = parsed(words)
  const [action, ...ids] = positionals
  if (values.help === true || action === undefined || action === 'help') return { action: 'help' }
  const { json = false, name } = values
  const refuse = (options: readonly ('all' | 'state' | 'name' | 'limit')[]): void => {
    for (const option of options)
      if (values[option] !== undefined) throw new UsageError(`--${option} is not for keelson jobs ${action}.`)
  }
  switch (action) {
    case 'list':
      refuse(['all'])
      if (ids.length > 0) throw new UsageError(`\`${ids[0]}\` is one argument too many.`)
      return { action, json, states: statesOf(values.state), name, limit: limitOf(values.limit) }
    case 'show':
      refuse(['all', 'state', 'name', 'limit'])
      if (ids.length !== 1) throw new UsageError('Which job? keelson jobs show <id>')
      return { action, json, id: idOf(ids[0]!) }
    case 'retry':
    case 'discard':
    case 'cancel':
      refuse(['state', 'limit'])
      return { action, json, choice: choiceOf(action, ids, values.all === true, name) }
    default:
      throw new UsageError(`There is no command \`keelson jobs ${action}\`.`)
  }
}

function choiceOf(action: string, ids: readonly string[], all: boolean, name: string | undefined): JobChoice {
  if (ids.length > 0) {
    if (all || name !== undefined)
      throw new UsageError('Name jobs by their ids, or all of a kind: --all --name <name>.')
    return { ids: ids.map(idOf) }
  }
  if (!all) throw new UsageError(`Which jobs? keelson jobs ${action} <id> …, or --all.`)
  if (action === 'cancel' && name === undefined)
    throw new UsageError('Of which kind? keelson jobs cancel --all --name <name>')
  return { name }
}

function parsed(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true })
  } catch (error) {
    throw new UsageError((error as Error).message.split('. ')[0]! + '.', { cause: error })
  }
}

function idOf(text: string): string {
  if (UUID.test(text)) return text
  throw new UsageError(`\`${text}\` is no id of a job: ids are UUIDs, as keelson jobs list shows them.`)
}

function statesOf(text: string | undefined): readonly JobState[] | undefined {
  if (text === undefined) return undefined
  const words = text.split(',')
  const states = JOB_STATES.filter((state) => words.includes(state))
  if (states.length > 0 && states.length === words.length) return states
  throw new UsageError(`--state is \`${text}\`, but must be some of ${JOB_STATES.join(',')}.`)
}

function limitOf(text: string | undefined): number {
  if (text === undefined) return LIMIT
  const limit = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN
  if (limit >= 1 && limit <= LIMIT_MAX) return limit
  throw new UsageError(`--limit is \`${text}\`, but must be a whole number from 1 to ${LIMIT_MAX}.`)
}

export const JOBS_HELP = `keelson jobs: what is to be done, what is dead, and what to do about it. Needs DATABASE_URL; the app need not run.

  keelson jobs list              What waits, runs or is dead, the latest first.
      --state <list>             Some of waiting,ready,running,done,dead,cancelled.
      --name <name>              One kind of job, such as receipts.send.
      --limit <number>           Default: ${LIMIT}, at most ${LIMIT_MAX}.
  keelson jobs show <id>         One job, with its input and its latest error.
  keelson jobs retry <id> …      Dead and cancelled jobs begin anew, with all their attempts; waiting ones run now.
  keelson jobs discard <id> …    Dead jobs are no longer listed, and go after a week.
  keelson jobs cancel <id> …     Jobs that have not ended do so now; running ones get their signal.
      --all                      Instead of ids: all dead ones (retry, discard), all that have not ended (cancel).
      --name <name>              With --all: of this kind only; cancel needs it.

      --json                     For programs.
  -h, --help
`
