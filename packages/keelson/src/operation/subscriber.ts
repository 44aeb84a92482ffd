/** `subscriber`: what the application does about events, with effects in Postgres that happen exactly once. */
import type { Event, PayloadOf } from '../events/event.js'
import type { Log } from '../telemetry/log.js'
import type { CommandVocabulary, Services } from './context.js'

/** An event as a subscriber gets it: for each of `E`, told apart by `name`. */
export type Delivered<E> =
  E extends Event<unknown, infer N>
    ? {
        /** The same for every subscriber and at every try: what makes calls to others happen once. */
        readonly id: string
        readonly name: N
        readonly key: string
        /** In the version that the event has now. */
        readonly payload: PayloadOf<E>
        /** The moment of the command that emitted it. */
        readonly occurredAt: Date
      }
    : never

export interface SubscriberContext<E> {
  readonly event: Delivered<E>
  readonly tx: CommandVocabulary
  /** The moment of handling. Stays the same when the engine runs a handler again. */
  readonly now: Date
  /** A fresh UUID (version 7). The n-th call gives the same id when the engine runs a handler again. */
  readonly id: () => string
  /** A log whose lines carry the subscriber, the event and the trace of the request that emitted it. */
  readonly log: Log
  readonly services: Services
}

export interface SubscriberDefinition<E extends readonly Event[]> {
  /** The events that it takes, each in the order of its key over all of them. */
  readonly on: E
  /** Where it begins when it is new: at the first event that is kept, or with what comes from now on. */
  readonly from: 'start' | 'now'
  /** Tries before the key of an event that fails is parked. Default: 8, over about half a minute. */
  readonly retry?: { readonly attemptsMax: number }
  /**
   * Handles one event, like a command's handler: it may run more than once, and touches the world only through `tx`. Its
   * effects and the subscriber's position commit together.
   */
  readonly run: (context: SubscriberContext<E[number]>) => unknown
  /** Removes all that `run` has built, so that the subscriber can begin anew. Without it it cannot be rebuilt. */
  readonly reset?: (context: { readonly tx: CommandVocabulary }) => unknown
}

export interface Subscriber {
  readonly kind: 'subscriber'
  /** Stable: the position is kept under it. */
  readonly name: string
  readonly definition: ErasedSubscriber
}

interface ErasedSubscriber {
  readonly on: readonly Event[]
  readonly from: 'start' | 'now'
  readonly attemptsMax: number
  readonly run: (context: never) => unknown
  readonly reset: ((context: { readonly tx: CommandVocabulary }) => unknown) | undefined
}

export const ATTEMPTS_MAX = 8

/** Declares a subscriber. */
export function subscriber<const E extends readonly Event[]>(
  name: string,
  definition: SubscriberDefinition<E>,
): Subscriber {
  const { on, from, retry, run, reset } = definition
  return Object.freeze({
    kind: 'subscriber',
    name,
    definition: Object.freeze({
      on: [...on],
      from,
      attemptsMax: retry?.attemptsMax ?? ATTEMPTS_MAX,
      run,
      reset,
    }),
  })
}

const NAME = /^[A-Za-z][\w-]*(\.[\w-]+)*$/

/** What is wrong with the subscribers of an application, in words. */
export function problemsOfSubscribers(subscribers: readonly Subscriber[]): string[] {
  const names = subscribers.map(({ name }) => name)
  const twice = [...new Set(names.filter((name, at) => names.indexOf(name) !== at))]
  return [
    ...twice.map((name) => `Two subscribers are called \`${name}\`: give one of them another name.`),
    ...subscribers.flatMap(problemsOf),
  ]
}

function problemsOf({ name, definition: { on, from, attemptsMax } }: Subscriber): string[] {
  const problems: string[] = []
  if (!NAME.test(name)) problems.push(`\`${name}\` is no name for a subscriber: write it like \`sales\`.`)
  if (on.length === 0) problems.push(`\`${name}\` takes no events: name some in \`on\`.`)
  if (from !== 'start' && from !== 'now')
    problems.push(`\`${name}\` does not say where it begins: add \`from: 'start'\` or \`from: 'now'\`.`)
  if (!Number.isInteger(attemptsMax) || attemptsMax < 1)
    problems.push(`\`${name}\`: \`retry.attemptsMax\` must be a whole number from 1.`)
  for (const event of new Set(on.map((each) => each.name)))
    if (on.filter((each) => each.name === event).length > 1)
      problems.push(`\`${name}\` takes \`${event}\` twice: name the version that is current.`)
  return problems
}
