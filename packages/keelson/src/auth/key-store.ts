/** API keys in keelson.api_keys. */
import type { Connections } from '../postgres/connections.js'
import type { Actor } from '../operation/actor.js'
import { newApiKey } from './api-key.js'

export interface KeyGrant {
  /** Whom the key stands for: the `id` of its actor, a UUID. */
  readonly owner: string
  /** What it may do; `['*']` for everything. */
  readonly scopes: readonly string[]
}

export class KeyStore {
  readonly #connections: Connections

  constructor(connections: Connections) {
    this.#connections = connections
  }

  /** Makes a key and stores its hash; the key itself is returned this once. `id` is the row's UUID. */
  async create(id: string, { owner, scopes }: KeyGrant): Promise<string> {
    const { key, hash, prefix } = newApiKey()
    await this.#connections.query(
      'insert into keelson.api_keys (id, hash, prefix, owner, scopes) values ($1, $2, $3, $4, $5)',
      [id, hash, prefix, owner, scopes],
    )
    return key
  }

  /** Whom a key stands for; null where there is no such key. */
  async find(hash: string): Promise<Actor | null> {
    const { rows } = await this.#connections.query<{ owner: string; scopes: string[] }>(
      'select owner, scopes from keelson.api_keys where hash = $1',
      [hash],
    )
    const row = rows[0]
    return row === undefined ? null : Object.freeze({ id: row.owner, scopes: Object.freeze(row.scopes) })
  }
}
