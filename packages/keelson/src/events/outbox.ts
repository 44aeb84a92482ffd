/**
 * Where events wait for their readers: rows of keelson.events, written in the commit of the command that emitted them.
 * Sequence numbers are drawn in the flush, after all locks; a lock for each key keeps their order per key.
 */
import { KeelsonError } from '../errors.js'
import type { EffectRow, EffectTable } from '../engine/port.js'
import { encoderOf, type Encoder } from '../schema/output-encoder.js'
import type { Event } from './event.js'

export const EVENTS: EffectTable = Object.freeze({
  name: 'keelson.events',
  columns: Object.freeze([
    { name: 'name', type: 'text' },
    { name: 'version', type: 'integer' },
    { name: 'key', type: 'text' },
    { name: 'payload', type: 'text' },
    { name: 'occurred_at', type: 'timestamptz' },
    { name: 'traceparent', type: 'text' },
  ]),
})

export interface Recorded {
  readonly row: EffectRow
  readonly key: string
}

const encoders = new WeakMap<Event, Encoder>()

/** The row of an event; `traceparent` is the trace that emits it. Throws `invalid_use` where the payload is not what the event declares. */
export function recorded(event: Event, payload: unknown, occurredAt: Date, traceparent?: string): Recorded {
  let encode = encoders.get(event)
  if (encode === undefined) encoders.set(event, (encode = encoderOf(event.definition.payload)))
  const encoded = encode(payload)
  if (encoded instanceof Promise) throw misuse(event, 'its payload may not be checked asynchronously')
  if (!encoded.ok) {
    const wrong = encoded.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
    throw misuse(event, `its payload is not as declared: ${wrong}`)
  }
  const key = String(event.definition.key(payload as never))
  const row = [
    event.name,
    String(event.version),
    key,
    JSON.stringify(encoded.value),
    occurredAt.toISOString(),
    traceparent ?? null,
  ]
  return { row, key }
}

const misuse = (event: Event, what: string): KeelsonError =>
  new KeelsonError('invalid_use', { message: `tx.emit of \`${event.name}\`: ${what}.` })

/** A lock number for an event key: a signed 64-bit number as text. Keys that collide merely wait for each other. */
export function lockOf(key: string): string {
  let high = 0x9e3779b9
  let low = 0x85ebca6b
  for (let at = 0; at < key.length; at++) {
    const code = key.charCodeAt(at)
    high = Math.imul(high ^ code, 0x5bd1e995)
    low = Math.imul(low ^ code, 0x27d4eb2f)
  }
  high = Math.imul(high ^ (high >>> 15), 0x2c1b3c6d) ^ (low >>> 13)
  low = Math.imul(low ^ (low >>> 15), 0x297a2d39) ^ (high >>> 12)
  return BigInt.asIntN(64, (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)).toString()
}
