/**
 * A worker: something that is done over and over beside the requests. One round apart from the loop; the loop goes on
 * after whatever failure, with backoff, and looks at once when it is woken.
 */
import type { Scheduler } from '../internal/clock.js'
import { outside } from '../internal/enclosure.js'
import { backoffMs, type Random } from '../internal/random.js'
import type { WakeUps } from './wake-ups.js'

export interface Work {
  /** For logs. */
  readonly name: string
  /** Topics that it wakes on. */
  readonly wakeOn: readonly string[]
  /**
   * One round. Resolves with the time after which to come again though nobody wakes it, in milliseconds; 0: there is
   * more to do. `signal` is aborted when the worker must stop: what is under way may be finished, nothing begun.
   */
  runOnce(signal: AbortSignal): Promise<number>
  /** After the last round. */
  close?(): Promise<void>
}

export interface WorkerParts {
  readonly wakeUps: WakeUps
  readonly scheduler: Scheduler
  readonly random: Random
  /** Told of every round that failed. */
  readonly onError: (error: unknown, work: string) => void
}

/** Backoff after failures: below this at first, at most that. */
const BACKOFF_MS = 50
const BACKOFF_MAX_MS = 2000

export class Worker {
  readonly #work: Work
  readonly #parts: WorkerParts
  readonly #stopping = new AbortController()
  readonly #silence: (() => void)[] = []
  #running: Promise<void> = Promise.resolve()
  #wasWoken = false
  #wake: (() => void) | undefined
  #failures = 0

  constructor(work: Work, parts: WorkerParts) {
    this.#work = work
    this.#parts = parts
  }

  start(): void {
    for (const topic of this.#work.wakeOn)
      this.#silence.push(this.#parts.wakeUps.on(topic, () => this.#woken()))
    this.#running = outside(() => this.#loop())
  }

  /** Resolves when the round under way has ended and the work is closed. Rejects where closing fails. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    for (const silence of this.#silence.splice(0)) silence()
    this.#wake?.()
    await this.#running
    await this.#work.close?.()
  }

  async #loop(): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      this.#wasWoken = false
      await this.#rest(await this.#round(signal))
    }
  }

  /** Never rejects. */
  async #round(signal: AbortSignal): Promise<number> {
    try {
      const restMs = await this.#work.runOnce(signal)
      this.#failures = 0
      return restMs
    } catch (error) {
      this.#parts.onError(error, this.#work.name)
      this.#failures++
      const delayMs = BACKOFF_MS + backoffMs(this.#failures, this.#parts.random, BACKOFF_MS, BACKOFF_MAX_MS)
      // Wake-ups do not shorten it: they come often, and all of them would fail.
      await this.#pause(delayMs, false)
      return 0
    }
  }

  #rest(restMs: number): Promise<void> | void {
    if (restMs > 0 && !this.#wasWoken && !this.#stopping.signal.aborted) return this.#pause(restMs, true)
  }

  #pause(delayMs: number, isWoken: boolean): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        cancel()
        this.#wake = undefined
        resolve()
      }
      const cancel = this.#parts.scheduler.after(delayMs, end)
      this.#wake = () => {
        if (isWoken || this.#stopping.signal.aborted) end()
      }
      if (this.#stopping.signal.aborted) end()
    })
  }

  #woken(): void {
    this.#wasWoken = true
    this.#wake?.()
  }
}
