/**
 * API keys in keelson.api_keys: their hash, never the keys themselves. What is changed here is known to every process
 * within five seconds (`key-memory.ts`).
 */
import { KeelsonError } from '../errors.js'
import { idSource, type IdSource } from '../internal/ids.js'
import type { Actor } from '../operation/actor.js'
import type { Connections } from '../postgres/connections.js'
import { newApiKey } from './api-key.js'
import { problemsOfGrant, type KeyGrant } from './key-grant.js'

/** A key as it may be shown. */
export interface ApiKey {
  /** A UUID. */
  readonly id: string
  /** The key's first characters, to tell it from others. */
  readonly prefix: string
  readonly name: string | null
  readonly owner: string
  readonly scopes: readonly string[]
  /** From where it may be used; empty for everywhere. */
  readonly addresses: readonly string[]
  readonly createdAt: Date
  readonly expiresAt: Date | null
  readonly revokedAt: Date | null
  /** To about a minute; null where it was never used. */
  readonly lastUsedAt: Date | null
  /** The id of the key that takes its place. */
  readonly replacedBy: string | null
}

export interface IssuedKey extends ApiKey {
  /** The key itself; known this once, never stored. */
  readonly key: string
}

/** What is known of a key that was presented. */
export interface KeyFinding {
  readonly id: string
  readonly hash: string
  /** Whom it stands for. */
  readonly actor: Actor
  readonly addresses: readonly string[]
  readonly isRevoked: boolean
  /** Milliseconds until it expires, by the clock of the database; null for never. */
  readonly remainingMs: number | null
}

export interface KeyFilter {
  readonly owner?: string | undefined
  /** Whether keys that were revoked or have expired are listed too. Default: false. */
  readonly ended?: boolean | undefined
}

export interface Rotation {
  /** How long the old key still works, in milliseconds. Default: a day; 0 ends it at once. */
  readonly overlapMs?: number | undefined
  /** Of the new key. Default: as long from now as the old one was made for. */
  readonly expiresAt?: Date | undefined
}

export const OVERLAP_MS = 24 * 3600 * 1000
export const LISTED_MAX = 1000

const SHOWN = `id, prefix, name, owner, scopes, addresses, created_at as "createdAt", expires_at as "expiresAt",
  revoked_at as "revokedAt", last_used_at as "lastUsedAt", replaced_by as "replacedBy"`
const ENDED = '(revoked_at is not null or (expires_at is not null and expires_at <= now()))'

export class KeyStore {
  readonly #connections: Connections
  readonly #newId: IdSource

  constructor(connections: Connections, newId: IdSource = idSource()) {
    this.#connections = connections
    this.#newId = newId
  }

  /** Makes a key. Rejects with `invalid_use` where the grant is none. */
  async create(grant: KeyGrant): Promise<IssuedKey> {
    const { owner, scopes, name = null, expiresAt = null, addresses = [] } = grant
    const problems = problemsOfGrant(grant)
    if (problems.length > 0) throw misuse(problems.join(' '))
    const { key, hash, prefix } = newApiKey()
    const { rows } = await this.#connections.query<ApiKey>(
      `insert into keelson.api_keys (id, hash, prefix, name, owner, scopes, addresses, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8) returning ${SHOWN}`,
      [this.#newId(), hash, prefix, name, owner, scopes, addresses, expiresAt],
    )
    return { ...rows[0]!, key }
  }

  /** What is known of the keys with these hashes; those unknown are missing. */
  async find(hashes: readonly string[]): Promise<KeyFinding[]> {
    const { rows } = await this.#connections.query<
      Omit<KeyFinding, 'actor'> & Pick<ApiKey, 'owner' | 'scopes'>
    >(
      `select id, hash, owner, scopes, addresses, revoked_at is not null as "isRevoked",
         (extract(epoch from expires_at - now()) * 1000)::float8 as "remainingMs"
       from keelson.api_keys where hash = any ($1)`,
      [hashes],
    )
    return rows.map(({ owner, scopes, ...row }) => ({
      ...row,
      actor: Object.freeze({ id: owner, scopes: Object.freeze(scopes) }),
    }))
  }

  /** The newest first, at most 1,000. */
  async list({ owner, ended = false }: KeyFilter = {}): Promise<ApiKey[]> {
    const { rows } = await this.#connections.query<ApiKey>(
      `select ${SHOWN} from keelson.api_keys where ($1::text is null or owner = $1) and ($2 or not ${ENDED})
       order by created_at desc, id desc limit ${LISTED_MAX}`,
      [owner ?? null, ended],
    )
    return rows
  }

  /** Ends a key, named by its id or its prefix; again is no error. Rejects with `not_found`. */
  async revoke(named: string): Promise<ApiKey> {
    const { id } = await this.#named(named)
    const { rows } = await this.#connections.query<ApiKey>(
      `update keelson.api_keys set revoked_at = coalesce(revoked_at, now()) where id = $1 returning ${SHOWN}`,
      [id],
    )
    return rows[0]!
  }

  /**
   * Makes a key like the one named, which goes on working for the overlap. Rejects with `not_found`, and with `conflict`
   * where the key has ended or was rotated already.
   */
  async rotate(named: string, { overlapMs = OVERLAP_MS, expiresAt }: Rotation = {}): Promise<IssuedKey> {
    if (!(overlapMs >= 0)) throw misuse('The overlap must be 0 milliseconds or more.')
    const old = await this.#named(named)
    const { key, hash, prefix } = newApiKey()
    // One statement: two that rotate one key at once cannot both succeed, since the second finds it replaced.
    const { rows } = await this.#connections.query<ApiKey>(
      `with old as (
         update keelson.api_keys set replaced_by = $2,
           expires_at = least(expires_at, now() + make_interval(secs => $5))
         where id = $1 and replaced_by is null and not ${ENDED}
         returning *, (select was.expires_at from keelson.api_keys was where was.id = $1) as expired_at
       )
       insert into keelson.api_keys (id, hash, prefix, name, owner, scopes, addresses, expires_at)
       select $2, $3, $4, name, owner, scopes, addresses, coalesce($6::timestamptz, now() + (expired_at - created_at)) from old
       returning ${SHOWN}`,
      [old.id, this.#newId(), hash, prefix, overlapMs / 1000, expiresAt ?? null],
    )
    if (rows[0] !== undefined) return { ...rows[0], key }
    const { replacedBy } = await this.#named(old.id)
    throw new KeelsonError('conflict', {
      message:
        replacedBy === null
          ? `The key ${old.prefix} has ended: create a new one.`
          : `The key ${old.prefix} was rotated already: the key ${(await this.#named(replacedBy)).prefix} took its place.`,
    })
  }

  /** Notes that these keys are in use, each at most once a minute. Never waits for another process that does so too. */
  async touch(ids: readonly string[]): Promise<void> {
    await this.#connections.query(
      `update keelson.api_keys set last_used_at = now() where id in (
         select id from keelson.api_keys where id = any ($1)
           and (last_used_at is null or last_used_at < now() - interval '1 minute') for update skip locked)`,
      [ids],
    )
  }

  async #named(named: string): Promise<ApiKey> {
    const { rows } = await this.#connections.query<ApiKey>(
      `select ${SHOWN} from keelson.api_keys where id::text = lower($1) or prefix = $1 limit 2`,
      [named],
    )
    if (rows.length === 1) return rows[0]!
    // Whatever was given may be a whole key: it is not repeated.
    if (rows.length === 0)
      throw new KeelsonError('not_found', { message: 'There is no key of this id or prefix.' })
    throw misuse('Several keys have this prefix: name the one you mean by its id.')
  }
}

const misuse = (message: string): KeelsonError => new KeelsonError('invalid_use', { message })
