/**
 * Hashes that tell requests apart. A once-only key is bound to its caller and operation; a fingerprint tells whether
 * two requests under one key ask for the same, however their JSON was laid out.
 */
import { hash } from 'node:crypto'

export interface KeyHash {
  /** 128 bits as a UUID's text: the row's key. */
  readonly key: string
  /** 64 further bits as a signed number's text: the lock. */
  readonly lock: string
}

/** Parts are kept apart by a character that neither headers nor operation names can hold. */
export function keyHash(callerId: string | null, operation: string, idempotencyKey: string): KeyHash {
  const hex = hash('sha256', `${callerId ?? ''}\n${operation}\n${idempotencyKey}`, 'hex')
  return { key: uuidText(hex), lock: BigInt.asIntN(64, BigInt(`0x${hex.slice(32, 48)}`)).toString() }
}

/** 128 bits as a UUID's text over the canonical JSON of the input. */
export const fingerprintOf = (rawInput: unknown): string =>
  uuidText(hash('sha256', canonicalJson(rawInput), 'hex'))

const uuidText = (hex: string): string =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`

/** JSON with the members of each object in one order; equal for inputs that JSON holds to be equal. */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value !== 'object' || value === null) return String(value)
  // From a caller in this process: JSON has them as texts.
  if (value instanceof Date) return JSON.stringify(value)
  if (Array.isArray(value)) {
    let text = '['
    for (let at = 0; at < value.length; at++) text += (at === 0 ? '' : ',') + canonicalJson(value[at])
    return text + ']'
  }
  const object = value as Record<string, unknown>
  let text = '{'
  for (const name of inOrder(Object.keys(object))) {
    if (object[name] === undefined) continue
    text += (text.length === 1 ? '' : ',') + JSON.stringify(name) + ':' + canonicalJson(object[name])
  }
  return text + '}'
}

/** Most inputs have few fields, often in order already. */
function inOrder(names: string[]): string[] {
  for (let at = 1; at < names.length; at++) if (names[at - 1]! > names[at]!) return names.toSorted()
  return names
}
