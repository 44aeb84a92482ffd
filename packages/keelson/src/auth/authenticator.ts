/** From a request to its caller, by `Authorization: Bearer kls_…` (RFC 6750). */
import { KeelsonError } from '../errors.js'
import type { Actor } from '../operation/actor.js'
import type { RequestInfo } from '../operation/context.js'
import { addressMatcher } from '../internal/address-list.js'
import { hashOf, isApiKey } from './api-key.js'
import type { KeyFinding } from './key-store.js'

/**
 * An application's own way to tell callers. Gives the caller, or null for an anonymous one; throws KeelsonError
 * `unauthenticated` for a bad credential, rather than letting it pass as anonymous.
 */
export type Authenticate = (request: RequestInfo) => Actor | null | Promise<Actor | null>

/** What is known of keys. */
export interface KnownKeys {
  /** Without asking anybody; undefined where nothing is known. */
  recall(hash: string): KeyFinding | undefined
  /** Undefined where there is no such key. */
  find(hash: string): Promise<KeyFinding | undefined>
}

const BEARER = /^bearer +(\S+)$/i

/**
 * Callers by API key. Without a promise where the key is known. Throws `unauthenticated` for what is no key, for one that
 * is unknown, revoked or expired, and `forbidden` where it may not be used from the request's address.
 */
export function keyAuthenticator(keys: KnownKeys): Authenticate {
  const matchers = new WeakMap<KeyFinding, (address: string | undefined) => boolean>()

  const admit = (finding: KeyFinding, request: RequestInfo): Actor => {
    const { actor, addresses, isRevoked, remainingMs } = finding
    if (isRevoked) throw refused('The key was revoked.')
    if (remainingMs !== null && remainingMs <= 0) throw refused('The key has expired.')
    if (addresses.length === 0) return actor
    let matches = matchers.get(finding)
    if (matches === undefined) matchers.set(finding, (matches = addressMatcher(addresses)))
    if (matches(request.ip)) return actor
    throw new KeelsonError('forbidden', { message: 'The key may not be used from this address.' })
  }

  const lookUp = async (key: string, request: RequestInfo): Promise<Actor> => {
    const finding = await keys.find(hashOf(key))
    if (finding === undefined) throw refused('The key is not known.')
    return admit(finding, request)
  }

  return (request) => {
    const header = request.header('authorization')
    if (header === undefined) return null
    const key = BEARER.exec(header)?.[1]
    if (key === undefined) throw refused('Send `Authorization: Bearer <key>`.')
    const known = keys.recall(hashOf(key))
    if (known !== undefined) return admit(known, request)
    if (!isApiKey(key)) throw refused('The key is not a valid key.')
    return lookUp(key, request)
  }
}

const refused = (message: string): KeelsonError => new KeelsonError('unauthenticated', { message })
