/**
 * Time and turns that a seed decides. Everything that waits, of every engine and of the store, stands in one pool; each
 * step picks one of it, runs it, and lets all promises settle before the next. The same seed gives the same run.
 */
import type { Clock, Scheduler } from '../../src/internal/clock.js'
import type { Seeded } from './seeded.js'

interface Timer {
  readonly dueMs: number
  readonly work: () => void
}

/** How often time passes although something could run at once, and how far. */
const HASTE = 0.02
const HASTE_MS = 100

export class VirtualTime implements Clock, Scheduler {
  readonly #seeded: Seeded
  readonly #ready: (() => void)[] = []
  readonly #timers = new Set<Timer>()
  #nowMs = Date.UTC(2026, 0, 1)
  /** Steps taken so far: the moment of an event. */
  steps = 0

  constructor(seeded: Seeded) {
    this.#seeded = seeded
  }

  now(): number {
    return this.#nowMs
  }

  soon(work: () => void): void {
    this.#ready.push(work)
  }

  after(delayMs: number, work: () => void): () => void {
    const timer = { dueMs: this.#nowMs + delayMs, work }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  /** Resolves in a later step: whoever else is ready may come first. */
  turn(): Promise<void> {
    return new Promise((resolve) => this.#ready.push(resolve))
  }

  /** Resolves after so many milliseconds. */
  pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.after(delayMs, resolve))
  }

  /** Steps until `isDone`; rejects when nothing is left that could run, or after `stepsMax`. */
  run(isDone: () => boolean, stepsMax: number): Promise<void> {
    const end = this.steps + stepsMax
    return new Promise((resolve, reject) => {
      const step = (): void => {
        try {
          if (isDone()) return resolve()
          if (this.steps >= end) return reject(new Error(`Not done after ${stepsMax} steps.`))
          if (!this.#step()) return reject(new Error('Nothing is left to run, and not all is done.'))
        } catch (error) {
          return reject(error instanceof Error ? error : new Error(String(error)))
        }
        // A tick asked for by a microtask comes when no microtask is left (node: processTicksAndRejections).
        queueMicrotask(() => process.nextTick(step))
      }
      process.nextTick(step)
    })
  }

  #step(): boolean {
    this.steps++
    const timer = this.#nextTimer()
    const hastes = timer !== undefined && timer.dueMs - this.#nowMs <= HASTE_MS && this.#seeded.chance(HASTE)
    if (this.#ready.length > 0 && !hastes) {
      this.#takeReady()()
      return true
    }
    if (timer === undefined) return false
    this.#timers.delete(timer)
    this.#nowMs = Math.max(this.#nowMs, timer.dueMs)
    timer.work()
    return true
  }

  /** Any of those that are ready. */
  #takeReady(): () => void {
    const at = this.#seeded.int(this.#ready.length)
    const last = this.#ready.pop()!
    if (at === this.#ready.length) return last
    const taken = this.#ready[at]!
    this.#ready[at] = last
    return taken
  }

  #nextTimer(): Timer | undefined {
    let first: Timer | undefined
    for (const timer of this.#timers) if (first === undefined || timer.dueMs < first.dueMs) first = timer
    return first
  }
}
