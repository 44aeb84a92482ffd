/**
 * The keys that seal cursors, in keelson.cursor_keys, so that every process opens what any of them has sealed. The
 * newest one seals. After 30 days whoever looks makes another; after 90 an old one goes, so that a cursor is good for 60
 * days at least. A cursor under a key that this process has not met makes it look again: rotation needs no restart.
 */
import { randomBytes } from 'node:crypto'
import { KeelsonError } from '../errors.js'
import type { Connections } from '../postgres/connections.js'
import { cursorKey, type CursorKey } from './cursor-seal.js'

const SECRET_BYTES = 32
/** How long the newest key is used without looking for a newer one. */
const LOOK_MS = 3_600_000
/** How often callers with unknown keys can make us look. */
const UNKNOWN_MS = 1000

const READ = `select id, secret, created_at < now() - interval '30 days' as old
  from keelson.cursor_keys order by created_at desc, id`
/** Several at once may each make one: all of them are kept, and the newest seals. */
const ROTATE = `insert into keelson.cursor_keys (id, secret) select $1, $2
  where not exists (select from keelson.cursor_keys where created_at >= now() - interval '30 days')
  on conflict do nothing`
const FORGET = `delete from keelson.cursor_keys where created_at < now() - interval '90 days'`

interface KeyRow extends Record<string, unknown> {
  readonly id: number
  readonly secret: Buffer
  readonly old: boolean
}

export interface CursorKeysOptions {
  readonly connections: Pick<Connections, 'query'>
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** A look for newer keys failed; those that are known stay in use. */
  readonly onError: (error: unknown) => void
  readonly random?: (bytes: number) => Buffer
}

export class CursorKeys {
  readonly #options: CursorKeysOptions
  #keys: ReadonlyMap<number, CursorKey> = new Map()
  #newest: CursorKey | undefined
  #lookedAtMs = Number.NEGATIVE_INFINITY
  #looking: Promise<void> | undefined

  constructor(options: CursorKeysOptions) {
    this.#options = options
  }

  /** The key that seals. */
  async newest(): Promise<CursorKey> {
    const isStale = this.#age() >= LOOK_MS
    if (this.#newest === undefined) await this.#look()
    else if (isStale) this.#look().catch(this.#options.onError)
    return this.#newest!
  }

  /** The key of this id; undefined where there is none, or none any more. */
  async find(id: number): Promise<CursorKey | undefined> {
    const known = this.#keys.get(id)
    if (known !== undefined || this.#age() < UNKNOWN_MS) return known
    await this.#look()
    return this.#keys.get(id)
  }

  #age(): number {
    return this.#options.now() - this.#lookedAtMs
  }

  #look(): Promise<void> {
    this.#looking ??= this.#read().finally(() => (this.#looking = undefined))
    return this.#looking
  }

  async #read(): Promise<void> {
    const { connections, random = randomBytes } = this.#options
    let { rows } = await connections.query<KeyRow>(READ)
    if (rows[0] === undefined || rows[0].old) {
      await connections.query(ROTATE, [random(4).readInt32BE(), random(SECRET_BYTES)])
      await connections.query(FORGET)
      rows = (await connections.query<KeyRow>(READ)).rows
    }
    const keys = rows.map(({ id, secret }) => cursorKey(id >>> 0, secret))
    if (keys[0] === undefined)
      throw new KeelsonError('internal', { cause: new Error('keelson.cursor_keys took no key.') })
    this.#keys = new Map(keys.map((key) => [key.id, key]))
    this.#newest = keys[0]
    this.#lookedAtMs = this.#options.now()
  }
}
