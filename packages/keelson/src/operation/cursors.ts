/**
 * The cursors of one request: bound to its operation, its caller and its input save `limit` and cursors, so that they
 * cannot be carried over to other filters, to another caller or to another list.
 */
import type { Cursors } from '../engine/cursor.js'
import { KeelsonError } from '../errors.js'
import { canonicalJson } from '../idempotency/fingerprint.js'
import type { CursorKeys } from './cursor-keys.js'
import { looksLikeCursor, openCursor, partsOfCursor, sealCursor } from './cursor-seal.js'
import { CURSOR_LENGTH_MAX } from './page.js'

export interface CursorOwner {
  readonly operation: string
  readonly callerId: string | null
  /** The input as it was sent. */
  readonly raw: unknown
}

export class BoundCursors implements Cursors {
  readonly #keys: CursorKeys
  readonly #owner: CursorOwner

  constructor(keys: CursorKeys, owner: CursorOwner) {
    this.#keys = keys
    this.#owner = owner
  }

  async seal(list: string, values: readonly string[]): Promise<string> {
    const cursor = sealCursor(await this.#keys.newest(), this.#binding(list), values)
    if (cursor.length <= CURSOR_LENGTH_MAX) return cursor
    throw new KeelsonError('invalid_use', {
      message: `A cursor would be longer than ${CURSOR_LENGTH_MAX} characters: order pages by columns with short values.`,
    })
  }

  async open(list: string, cursor: string): Promise<readonly string[]> {
    const parts = partsOfCursor(cursor)
    const key = parts === undefined ? undefined : await this.#keys.find(parts.keyId)
    const values = key === undefined ? undefined : openCursor(key, this.#binding(list), parts!)
    if (values === undefined) throw new KeelsonError('invalid_cursor')
    return values
  }

  #binding(list: string): string {
    const { operation, callerId, raw } = this.#owner
    return JSON.stringify([operation, callerId, list, canonicalJson(filtersOf(raw))])
  }
}

/** What was asked for, whichever page of it. */
function filtersOf(raw: unknown): unknown {
  if (typeof raw !== 'object' || raw === null) return raw
  return Object.fromEntries(
    Object.entries(raw).filter(
      ([name, value]) =>
        name !== 'limit' && name !== 'cursor' && !(typeof value === 'string' && looksLikeCursor(value)),
    ),
  )
}
