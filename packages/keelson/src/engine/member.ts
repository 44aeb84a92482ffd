/** A command on its way: what stays the same over its runs, its latest run, and how often it was put off. */
import type { Tables } from '../schema/load.js'
import type { TableInfo } from '../schema/table.js'
import { Attempt } from './attempt.js'
import { Facts } from './facts.js'
import type { Invocation } from './invocation.js'
import type { Slow } from './slowness.js'
import type { SoloWork } from './solo-work.js'
import type { Transaction } from './transaction.js'
import type { WaveCount } from './wave-count.js'
import type { Constants, Run, Source } from './run.js'

export type TransactionClass = new (run: Run) => Transaction

export interface Settle {
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: unknown) => void
}

export class Member implements Constants {
  readonly invocation: Invocation
  readonly facts: Facts
  readonly nowMs: number
  readonly #newId: () => string
  #ids: string[] | undefined
  #defaults: unknown[] | undefined
  readonly #settle: Settle
  attempt = new Attempt()
  /** Keys met in runs that left the locked footprint: locked the next time. */
  readonly remembered = new Map<TableInfo, Set<string>>()
  /** Times it was put off to a later group for what it touches. */
  deferrals = 0
  /** In the slow lane: what is known of its waiting. */
  slow: Slow | undefined
  /** Times its group failed for reasons outside. */
  failures = 0
  /** Must stand alone: its last group showed that it breaks a constraint. */
  alone = false
  /** Times it found its key held by another process. */
  claimTries = 0
  settled = false
  #afterwards: (() => void)[] | undefined

  constructor(invocation: Invocation, nowMs: number, newId: () => string, settle: Settle) {
    this.invocation = invocation
    this.facts = invocation.facts ?? new Facts()
    this.nowMs = nowMs
    this.#newId = newId
    this.#settle = settle
  }

  get groupKey(): string {
    return this.invocation.groupKey ?? ''
  }

  idAt(index: number): string {
    const ids = (this.#ids ??= [])
    while (ids.length <= index) ids.push(this.#newId())
    return ids[index]!
  }

  isBorn(id: string): boolean {
    return this.#ids !== undefined && this.#ids.includes(id)
  }

  defaultAt(index: number, make: () => unknown): unknown {
    const defaults = (this.#defaults ??= [])
    while (defaults.length <= index) defaults.push(make())
    return defaults[index]
  }

  answer(answer: unknown): void {
    if (this.settled) return
    this.settled = true
    this.#settle.resolve(answer)
    this.#leave()
  }

  /** Runs `work` right after the member is answered. */
  onSettled(work: () => void): void {
    ;(this.#afterwards ??= []).push(work)
  }

  fail(error: unknown): void {
    if (this.settled) return
    this.settled = true
    this.#settle.reject(error)
    this.#leave()
  }

  #leave(): void {
    if (this.#afterwards !== undefined) for (const work of this.#afterwards) work()
  }

  /**
   * Runs the handler over a source of reads. Resolves when it has come to an outcome or departed; never rejects.
   * The handler of a run that departed is never resumed.
   */
  run(
    tables: Tables,
    TransactionType: TransactionClass,
    source: Source,
    solo?: SoloWork,
    waveCount?: WaveCount,
  ): Promise<Attempt> {
    const attempt = new Attempt()
    this.attempt = attempt
    return new Promise((resolve) => {
      const finish = (): void => {
        if (attempt.closed) return
        attempt.closed = true
        resolve(attempt)
      }
      attempt.end = finish
      const transaction = new TransactionType({ tables, constants: this, attempt, source, solo, waveCount })
      const settle = (outcome: Attempt['outcome']): void => {
        if (!attempt.closed) attempt.outcome = outcome
        finish()
      }
      try {
        this.invocation.run(transaction).then(
          (value) => settle({ ok: true, value }),
          (error: unknown) => settle({ ok: false, error }),
        )
      } catch (error) {
        settle({ ok: false, error })
      }
    })
  }
}
