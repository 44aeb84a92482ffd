/** From a stored payload to what a subscriber gets: through the upcasters to the current version, then validated. */
import type { AnySchema } from '../schema/any-schema.js'
import { parserOf, type Parser } from '../schema/parser.js'
import type { Event } from './event.js'
import type { StoredEvent } from './feed.js'
import type { HeldReason } from './held.js'

/** The event cannot be given to a handler; trying again does not help. */
export class UnreadableEvent extends Error {
  readonly reason: HeldReason

  constructor(reason: HeldReason, message: string) {
    super(message)
    this.reason = reason
  }
}

const parsers = new WeakMap<AnySchema<unknown, unknown>, Parser<unknown>>()

/** The payload in the event's current version. Rejects with UnreadableEvent. */
export async function payloadOf(stored: StoredEvent, events: readonly Event[]): Promise<unknown> {
  const event = events.find(({ name }) => name === stored.name)!
  const { payload: schema } = event.definition
  let parse = parsers.get(schema)
  if (parse === undefined) parsers.set(schema, (parse = parserOf(schema)))
  const parsed = await parse(upcast(stored, event))
  if (parsed.ok) return parsed.value
  const wrong = parsed.issues.map(({ path, message }) => `${path.join('.') || 'the whole'}: ${message}`)
  throw new UnreadableEvent('invalid_payload', `The payload is not as declared: ${wrong.join('; ')}`)
}

function upcast({ name, version, payload }: StoredEvent, event: Event): unknown {
  if (version > event.version)
    throw new UnreadableEvent(
      'unknown_version',
      `${name} has version ${version}, which is newer than ${event.version}, the one known here.`,
    )
  let value: unknown = JSON.parse(payload)
  for (let from = version; from < event.version; from++) {
    const step = event.definition.upcast[from]
    if (step === undefined)
      throw new UnreadableEvent(
        'unknown_version',
        `${name} has version ${version}; there is no upcaster from ${from} to ${from + 1}.`,
      )
    value = step(value as never)
  }
  return value
}
