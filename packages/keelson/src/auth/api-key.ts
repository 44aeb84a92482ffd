/**
 * API keys: `kls_`, 256 random bits, and a checksum by which mistyped and made-up keys are turned away without a
 * look into the database. Only the SHA-256 of a key is stored: with that much randomness a slow hash adds nothing.
 */
import { hash, randomBytes } from 'node:crypto'

const SCHEME = 'kls_'
const RANDOM_BYTES = 32
const CHECKSUM_LENGTH = 6
const KEY = /^kls_[0-9A-Za-z]{49}$/
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** Digits of base 62 that 256 bits take. */
const RANDOM_LENGTH = 43
/** What people may see of a key, to tell it from others. */
const PREFIX_LENGTH = 12

export interface NewApiKey {
  /** The key itself; shown once, never stored. */
  readonly key: string
  readonly hash: string
  readonly prefix: string
}

/** A new key from the system's random source. */
export function newApiKey(random: (bytes: number) => Buffer = randomBytes): NewApiKey {
  const body = SCHEME + base62(random(RANDOM_BYTES).toString('hex'), RANDOM_LENGTH)
  const key = body + checksum(body)
  return { key, hash: hashOf(key), prefix: key.slice(0, PREFIX_LENGTH) }
}

/** Whether this can be a key at all: its form and its checksum are right. */
export const isApiKey = (text: string): boolean =>
  KEY.test(text) && checksum(text.slice(0, -CHECKSUM_LENGTH)) === text.slice(-CHECKSUM_LENGTH)

/** Under what a key is stored. */
export const hashOf = (key: string): string => hash('sha256', key, 'hex')

const checksum = (body: string): string => base62(hash('sha256', body, 'hex').slice(0, 8), CHECKSUM_LENGTH)

function base62(hex: string, length: number): string {
  let rest = BigInt(`0x${hex}`)
  let text = ''
  for (let at = 0; at < length; at++) {
    text = DIGITS[Number(rest % 62n)]! + text
    rest /= 62n
  }
  return text
}
