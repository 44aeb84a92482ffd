/**
 * From a request to its caller. Keys that were looked up a moment ago are answered from memory, so that most requests
 * cost no query and no promise; a key that was withdrawn stops working within `REMEMBERED_MS`.
 */
import { KeelsonError } from '../errors.js'
import type { Actor } from '../operation/actor.js'
import type { RequestInfo } from '../operation/context.js'
import { hashOf, isApiKey } from './api-key.js'

/** An application's own way to tell callers; null is an anonymous one. Throw `unauthenticated` for a bad credential. */
export type Authenticate = (request: RequestInfo) => Actor | null | Promise<Actor | null>

/** Finds the caller of a key by the key's hash. */
export interface KeyLookup {
  find(hash: string): Promise<Actor | null>
}

const REMEMBERED_MS = 5000
const REMEMBERED_MAX = 10_000

interface Remembered {
  readonly actor: Actor
  readonly untilMs: number
}

/** Callers by `Authorization: Bearer kls_…`. */
export class KeyAuthenticator {
  readonly #keys: KeyLookup
  readonly #now: () => number
  readonly #remembered = new Map<string, Remembered>()
  readonly #underWay = new Map<string, Promise<Actor>>()

  constructor(keys: KeyLookup, now: () => number) {
    this.#keys = keys
    this.#now = now
  }

  /** Throws `unauthenticated` for a credential that is none, rather than letting it pass as anonymous. */
  readonly authenticate: Authenticate = (request) => {
    const header = request.header('authorization')
    if (header === undefined) return null
    const known = this.#remembered.get(header)
    if (known !== undefined && known.untilMs > this.#now()) return known.actor
    return this.#lookUp(header)
  }

  #lookUp(header: string): Promise<Actor> {
    const key = /^bearer +(\S+)$/i.exec(header)?.[1]
    if (key === undefined) throw refused('Send `Authorization: Bearer <key>`.')
    if (!isApiKey(key)) throw refused('The key is not a valid key.')
    const waiting = this.#underWay.get(header)
    if (waiting !== undefined) return waiting
    const found = this.#find(header, key).finally(() => this.#underWay.delete(header))
    this.#underWay.set(header, found)
    return found
  }

  async #find(header: string, key: string): Promise<Actor> {
    const actor = await this.#keys.find(hashOf(key))
    this.#remembered.delete(header)
    if (actor === null) throw refused('The key is not known.')
    if (this.#remembered.size >= REMEMBERED_MAX)
      this.#remembered.delete(this.#remembered.keys().next().value!)
    this.#remembered.set(header, { actor, untilMs: this.#now() + REMEMBERED_MS })
    return actor
  }
}

const refused = (message: string): KeelsonError => new KeelsonError('unauthenticated', { message })
