/** `keelson jobs`: looking at jobs and seeing to those that are dead, in the database alone; the app need not run. */
import { JobBook, type JobDetails, type JobLine } from '../jobs/job-book.js'
import { Obstacle } from './failure.js'
import { JOBS_HELP, parseJobsCommand, type JobsCommand } from './jobs-arguments.js'
import { asJson, inDatabase } from './in-database.js'
import { columns, plain } from './listing.js'

const SUBJECT = { what: 'the jobs', tables: 'the tables keelson.jobs and keelson.jobs_ended' }

/** Throws UsageError, Obstacle, and KeelsonError where the database cannot be used. */
export async function jobs(words: readonly string[], say: (text: string) => void): Promise<void> {
  const command = parseJobsCommand(words)
  if (command.action === 'help') {
    say(JOBS_HELP)
    return
  }
  say(await inDatabase(SUBJECT, (connections) => run(command, new JobBook(connections))))
}

type Action = Exclude<JobsCommand, { readonly action: 'help' }>

async function run(command: Action, book: JobBook): Promise<string> {
  switch (command.action) {
    case 'list': {
      const { states, name, limit } = command
      const lines = await book.list({
        limit,
        ...(states === undefined ? {} : { states }),
        ...(name === undefined ? {} : { name }),
      })
      return command.json ? asJson(lines) : table(lines)
    }
    case 'show': {
      const job = await book.show(command.id)
      if (job === undefined) throw new Obstacle(`There is no job ${command.id}, or it is long done.`)
      return command.json ? asJson(job) : details(job)
    }
    case 'retry':
    case 'discard':
    case 'cancel': {
      const ids = await book[command.action](command.choice)
      return command.json ? asJson({ changed: ids }) : changed(command, ids)
    }
  }
}

const DONE = {
  retry: 'to run again',
  discard: 'set aside',
  cancel: 'cancelled',
} as const

/** What was asked for by id and did not happen is told, and ends the command with 1. */
function changed(
  command: Extract<Action, { readonly action: keyof typeof DONE }>,
  ids: readonly string[],
): string {
  const { action, choice } = command
  const left = 'ids' in choice ? choice.ids.filter((id) => !ids.includes(id.toLowerCase())) : []
  const what = `${ids.length} ${ids.length === 1 ? 'job' : 'jobs'} ${DONE[action]}.`
  if (left.length === 0) return `${what}\n`
  throw new Obstacle(
    `${what} Not in a state for it, or not there: ${left.join(', ')}. See keelson jobs show <id>.`,
  )
}

const COLUMNS = ['ID', 'NAME', 'STATE', 'ATTEMPT', 'AT', 'ERROR'] as const
const ERROR_LENGTH_MAX = 60

function table(lines: readonly JobLine[]): string {
  if (lines.length === 0) return 'There are no such jobs.\n'
  const rows = lines.map((line) => [
    line.id,
    line.name,
    line.discarded ? 'discarded' : line.state,
    String(line.attempt),
    line.at,
    plain(line.error?.split('\n')[0]?.slice(0, ERROR_LENGTH_MAX) ?? ''),
  ])
  return columns(COLUMNS, rows)
}

function details(job: JobDetails): string {
  const facts: [string, string][] = [
    ['id', job.id],
    ['name', job.name],
    ['state', job.discarded ? 'dead, discarded' : job.state],
    ['attempts', String(job.attempt)],
    ['enqueued', job.enqueuedAt],
    ['ready', 'waiting', 'running'].includes(job.state) ? ['due', job.at] : ['ended', job.at],
    ['input', plain(job.input ?? 'not kept: the job is done')],
  ]
  const text = facts.map(([name, value]) => `  ${name.padEnd(10)}${value}\n`).join('')
  return job.error === null ? text : `${text}\n${plain(job.error)}\n`
}
