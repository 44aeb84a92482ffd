/**
 * The `Idempotency-Key` of a request (draft-ietf-httpapi-idempotency-key-header-07): a string of structured fields
 * (RFC 9651, section 3.3.3, as RFC 8941 had it), `"8e03978e-…"`. A bare word is taken as well, since most clients send one;
 * with quotes or without, it is the same key.
 */
import { KeelsonError } from '../errors.js'

export const LENGTH_MAX = 255
/** Printable characters; a quote and a backslash have a backslash before them. */
const QUOTED = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/
/** Visible characters without those that would make it a quoted string, a list, or an item with parameters. */
const BARE = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+$/
const PRINTABLE = /^[\x20-\x7e]+$/

/** The key that a header names. Throws `invalid_idempotency_key`. */
export function readIdempotencyKey(header: string): string {
  const quoted = QUOTED.exec(header)?.[1]
  if (quoted === undefined && !BARE.test(header)) throw new KeelsonError('invalid_idempotency_key')
  return checkIdempotencyKey(quoted?.replaceAll(/\\(["\\])/g, '$1') ?? header)
}

/** A key as it is, without quotes. Throws `invalid_idempotency_key`. */
export function checkIdempotencyKey(key: string): string {
  if (key.length <= LENGTH_MAX && PRINTABLE.test(key)) return key
  throw new KeelsonError('invalid_idempotency_key')
}

/** What nobody can guess. */
export const RANDOM_BITS_MIN = 128
const DISTINCT_MIN = 7

/**
 * Anonymous callers share one space of keys, so that who guesses a key is given the answer of another. Throws
 * `invalid_idempotency_key` where the key cannot hold 128 random bits.
 */
export function requireUnguessable(key: string): void {
  if (randomBitsMax(key) >= RANDOM_BITS_MIN && new Set(key).size >= DISTINCT_MIN) return
  throw new KeelsonError('invalid_idempotency_key', {
    message:
      'Without a signed-in caller the key must hold 128 random bits: 32 hexadecimal digits, or 22 characters of base64url. A UUID has at most 122.',
  })
}

/** Random bits of UUIDs by version (RFC 9562); of the others too few count. */
const UUID = /[\da-f]{8}-[\da-f]{4}-([1-8])[\da-f]{3}-[\da-f]{4}-[\da-f]{12}/gi
const UUID_BITS: Readonly<Record<string, number>> = { 4: 122, 7: 74 }

/**
 * The most random bits that a key of this form can hold: those of its UUIDs, or of what else there is four for each
 * hexadecimal digit where there is nothing else, six for each character of base64 otherwise. Not both: a word before a UUID
 * adds nothing. A form can be random, not be shown to be: that is up to the client.
 */
function randomBitsMax(key: string): number {
  let ofUuids = 0
  const rest = key.replaceAll(UUID, (_uuid, version: string) => {
    ofUuids += UUID_BITS[version] ?? 0
    return ''
  })
  const isHex = !/[g-z]/i.test(rest)
  const ofRest = isHex ? 4 * lengthOf(rest, /[\da-f]/gi) : 6 * lengthOf(rest, /[\w+/-]/g)
  return Math.max(ofUuids, ofRest)
}

const lengthOf = (text: string, counted: RegExp): number => text.match(counted)?.length ?? 0
