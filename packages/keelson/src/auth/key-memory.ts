/**
 * What this process knows of the keys in use, so that requests cost no query. What is known counts for 4.5 seconds from
 * the start of the query that told it. Keys in use are asked for again before that, all of them in one query every two
 * seconds; so a key that is revoked, anywhere, is refused everywhere within five seconds. While the database is away
 * nothing new is known, and callers are refused when the time is over.
 */
import type { Scheduler } from '../internal/clock.js'
import type { KeyFinding } from './key-store.js'
import { KeyQueries, type FindKeys } from './key-queries.js'

/** How long what the database told may be believed. */
export const BELIEVED_MS = 4500
export const REFRESH_MS = 2000
export const REMEMBERED_MAX = 10_000
/** How often the use of a key is written down. */
export const TOUCH_MS = 60_000

interface Entry {
  readonly finding: KeyFinding
  /** From when on it must be asked for again. */
  readonly untilMs: number
  /** Whether it was asked for since the last refresh. */
  isUsed: boolean
}

export interface KeySource {
  readonly find: FindKeys
  /** Notes that these keys (by id) are in use. */
  touch(ids: readonly string[]): Promise<void>
}

export interface KeyMemoryParts {
  readonly keys: KeySource
  readonly scheduler: Scheduler
  /** A clock that never jumps. */
  readonly nowMs: () => number
  /** Told what went wrong while nobody waited for it. */
  readonly onError: (error: unknown) => void
}

export class KeyMemory {
  readonly #parts: KeyMemoryParts
  readonly #queries: KeyQueries
  /** By the hash of the key. */
  readonly #entries = new Map<string, Entry>()
  /** When the use of a key was last noted, by its id. */
  readonly #touchedAtMs = new Map<string, number>()
  #cancel: (() => void) | undefined
  #refreshing: Promise<void> = Promise.resolve()
  #stopped = false

  constructor(parts: KeyMemoryParts) {
    this.#parts = parts
    this.#queries = new KeyQueries(parts.keys.find, parts.nowMs)
  }

  /** What is known of a key without asking; undefined where that is nothing. */
  recall(hash: string): KeyFinding | undefined {
    const entry = this.#entries.get(hash)
    if (entry === undefined || entry.untilMs <= this.#parts.nowMs()) return undefined
    entry.isUsed = true
    return entry.finding
  }

  /** Asks the database; undefined where there is no such key. Rejects as the query does, and with `overloaded`. */
  async find(hash: string): Promise<KeyFinding | undefined> {
    const { finding, askedAtMs } = await this.#queries.find(hash)
    if (finding === undefined) return undefined
    this.#remember(finding, askedAtMs, true)
    this.#schedule()
    return finding
  }

  /** Writes down the last uses, and asks no more. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#cancel?.()
    await this.#refreshing
    const used = [...this.#entries.values()].filter(({ isUsed }) => isUsed)
    await this.#touch(used).catch(this.#parts.onError)
  }

  #remember(finding: KeyFinding, askedAtMs: number, isUsed: boolean): void {
    const { hash, remainingMs } = finding
    const isExpired = remainingMs !== null && remainingMs <= 0
    const believedMs = isExpired ? BELIEVED_MS : Math.min(BELIEVED_MS, remainingMs ?? BELIEVED_MS)
    const entry = this.#entries.get(hash)
    if (entry === undefined && this.#entries.size >= REMEMBERED_MAX)
      this.#entries.delete(this.#entries.keys().next().value!)
    this.#entries.set(hash, {
      finding,
      untilMs: askedAtMs + believedMs,
      isUsed: isUsed || entry?.isUsed === true,
    })
  }

  #schedule(): void {
    if (this.#stopped || this.#cancel !== undefined) return
    this.#cancel = this.#parts.scheduler.after(REFRESH_MS, () => {
      this.#refreshing = this.#refresh()
        .catch(this.#parts.onError)
        .finally(() => {
          this.#cancel = undefined
          if (this.#entries.size > 0) this.#schedule()
        })
    })
  }

  /** Keys that were used since the last time stay known; the others are forgotten when their time is over. */
  async #refresh(): Promise<void> {
    const used: Entry[] = []
    for (const [hash, entry] of this.#entries) {
      if (entry.isUsed) used.push(entry)
      else if (entry.untilMs <= this.#parts.nowMs()) this.#entries.delete(hash)
    }
    if (used.length === 0) return
    for (const entry of used) entry.isUsed = false
    const hashes = used.map(({ finding }) => finding.hash)
    const { findings, askedAtMs } = await this.#queries.findAll(hashes)
    for (const hash of hashes) if (!findings.has(hash)) this.#entries.delete(hash)
    for (const finding of findings.values()) this.#remember(finding, askedAtMs, false)
    await this.#touch(used)
  }

  /** Writes down the use of keys for which that is due. */
  async #touch(used: readonly Entry[]): Promise<void> {
    const nowMs = this.#parts.nowMs()
    for (const [id, atMs] of this.#touchedAtMs) if (nowMs - atMs >= TOUCH_MS) this.#touchedAtMs.delete(id)
    const due = used.map(({ finding }) => finding.id).filter((id) => !this.#touchedAtMs.has(id))
    if (due.length === 0) return
    await this.#parts.keys.touch(due)
    for (const id of due) this.#touchedAtMs.set(id, nowMs)
  }
}
