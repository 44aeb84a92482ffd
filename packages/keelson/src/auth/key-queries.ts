/**
 * Asks the database for keys: one query at a time, for all the keys that were presented meanwhile. However many unknown
 * keys somebody makes up, they cost one connection.
 */
import { KeelsonError } from '../errors.js'
import type { KeyFinding } from './key-store.js'

export type FindKeys = (hashes: readonly string[]) => Promise<readonly KeyFinding[]>

export interface Found {
  /** Undefined where there is no such key. */
  readonly finding: KeyFinding | undefined
  /** When the query was sent: what changed since then is not in it. */
  readonly askedAtMs: number
}

const BATCH_MAX = 1000
export const WAITING_MAX = 10_000

interface Waiting {
  readonly promise: Promise<Found>
  readonly resolve: (found: Found) => void
  readonly reject: (error: unknown) => void
}

export class KeyQueries {
  readonly #find: FindKeys
  readonly #nowMs: () => number
  readonly #waiting = new Map<string, Waiting>()
  #isAsking = false

  constructor(find: FindKeys, nowMs: () => number) {
    this.#find = find
    this.#nowMs = nowMs
  }

  /** Rejects with `overloaded` where too many wait, and as the query does. */
  find(hash: string): Promise<Found> {
    const known = this.#waiting.get(hash)
    if (known !== undefined) return known.promise
    if (this.#waiting.size >= WAITING_MAX) return Promise.reject(new KeelsonError('overloaded'))
    const { promise, resolve, reject } = deferred<Found>()
    this.#waiting.set(hash, { promise, resolve, reject })
    if (!this.#isAsking) void this.#askAll()
    return promise
  }

  /** Many at once, apart from what others wait for. */
  async findAll(
    hashes: readonly string[],
  ): Promise<{ findings: ReadonlyMap<string, KeyFinding>; askedAtMs: number }> {
    const askedAtMs = this.#nowMs()
    const findings = new Map<string, KeyFinding>()
    for (let at = 0; at < hashes.length; at += BATCH_MAX)
      for (const finding of await this.#find(hashes.slice(at, at + BATCH_MAX)))
        findings.set(finding.hash, finding)
    return { findings, askedAtMs }
  }

  /** Never rejects: each who waits is told. */
  async #askAll(): Promise<void> {
    this.#isAsking = true
    while (this.#waiting.size > 0) {
      const batch = [...this.#waiting].slice(0, BATCH_MAX)
      // Whoever asks from now on is told by the next query.
      for (const [hash] of batch) this.#waiting.delete(hash)
      try {
        const { findings, askedAtMs } = await this.findAll(batch.map(([hash]) => hash))
        for (const [hash, { resolve }] of batch) resolve({ finding: findings.get(hash), askedAtMs })
      } catch (error) {
        for (const [, { reject }] of batch) reject(error)
      }
    }
    this.#isAsking = false
  }
}

function deferred<T>(): {
  promise: Promise<T>
  resolve: (value: T) => void
  reject: (error: unknown) => void
} {
  let resolve!: (value: T) => void
  let reject!: (error: unknown) => void
  const promise = new Promise<T>((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}
