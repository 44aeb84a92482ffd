/** `keelson events`: looking after subscribers, in the database alone; the app need not run. */
import { EventBook, type HeldEvent, type HeldKey } from '../events/event-book.js'
import type { EventLag } from '../events/lag.js'
import { EVENTS_HELP, parseEventsCommand, type EventsCommand } from './events-arguments.js'
import { Obstacle } from './failure.js'
import { asJson, inDatabase } from './in-database.js'
import { columns, plain } from './listing.js'

const SUBJECT = { what: 'the events', tables: 'the tables of events in the schema keelson' }

/** Throws UsageError, Obstacle, and KeelsonError where the database cannot be used. */
export async function events(words: readonly string[], say: (text: string) => void): Promise<void> {
  const command = parseEventsCommand(words)
  if (command.action === 'help') {
    say(EVENTS_HELP)
    return
  }
  say(await inDatabase(SUBJECT, (connections) => run(command, new EventBook(connections))))
}

async function run(
  command: Exclude<EventsCommand, { readonly action: 'help' }>,
  book: EventBook,
): Promise<string> {
  const { json } = command
  switch (command.action) {
    case 'list': {
      const lag = await book.lag()
      return json ? asJson(lag) : lagText(lag)
    }
    case 'parked': {
      const held = await book.held(command.subscriber, command.limit)
      return json ? asJson(held) : heldText(held)
    }
    case 'retry': {
      const { subscriber, keys } = command.choice
      const retried = await book.retry(command.choice)
      const left = (keys ?? []).filter((key) => !retried.includes(key))
      if (left.length > 0) throw new Obstacle(`${subscriber} holds no such key: ${left.join(', ')}.`)
      return json ? asJson({ retried }) : `${counted(retried.length, 'key')} to be tried again.\n`
    }
    case 'skip': {
      const { subscriber, key } = command
      const skipped = await book.skip(subscriber, key)
      if (skipped === undefined) throw new Obstacle(`${subscriber} has no parked key ${key}.`)
      return json ? asJson({ skipped }) : skippedText(skipped)
    }
    case 'rebuild':
      return rebuilt(command.subscriber, await book.rebuild(command.subscriber), json)
    case 'remove': {
      const { subscriber } = command
      if (!(await book.remove(subscriber)))
        throw new Obstacle(
          `There is no subscriber ${subscriber}, or a process runs that has it: take it out of the code first.`,
        )
      return json ? asJson({ removed: subscriber }) : `${subscriber} is forgotten.\n`
    }
  }
}

function rebuilt(subscriber: string, first: number | undefined, json: boolean): string {
  if (first === undefined)
    throw new Obstacle(`There is no subscriber ${subscriber}, or its code has no \`reset\`.`)
  if (json) return asJson({ rebuilding: subscriber, first })
  const gone = first > 1 ? ` ${counted(first - 1, 'event')} before the first that is kept are gone.` : ''
  return `${subscriber} is emptied and begins anew as soon as a process runs it.${gone}\n`
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

function lagText({ unpositioned, subscribers }: EventLag): string {
  const waiting = unpositioned > 0 ? `${counted(unpositioned, 'event')} without a position yet.\n` : ''
  if (subscribers.length === 0) return `${waiting}There are no subscribers.\n`
  const rows = subscribers.map(({ name, position, behind, seconds, retrying, parked, held }) =>
    [name, position, behind, `${Math.round(seconds)} s`, retrying, parked, held].map(String),
  )
  return (
    waiting +
    columns(
      ['SUBSCRIBER', 'POSITION', 'BEHIND', 'SINCE', 'RETRYING KEYS', 'PARKED KEYS', 'HELD EVENTS'],
      rows,
    )
  )
}

const ERROR_LENGTH_MAX = 60

function heldText(held: readonly HeldKey[]): string {
  if (held.length === 0) return 'No events wait.\n'
  const rows = held.map(({ subscriber, key, state, reason, events, attempts, since, error, first }) =>
    [
      subscriber,
      key,
      state,
      reason,
      `${first?.name ?? ''} ${first?.id ?? ''}`.trim(),
      String(events),
      String(attempts),
      since,
      error.split('\n')[0]!.slice(0, ERROR_LENGTH_MAX),
    ].map(plain),
  )
  return columns(
    ['SUBSCRIBER', 'KEY', 'STATE', 'REASON', 'FIRST EVENT', 'EVENTS', 'ATTEMPTS', 'SINCE', 'ERROR'],
    rows,
  )
}

const skippedText = ({ id, name, version, occurredAt, payload }: HeldEvent): string =>
  `Skipped ${name} ${id}, version ${version}, of ${occurredAt}:\n${plain(payload)}\n`
