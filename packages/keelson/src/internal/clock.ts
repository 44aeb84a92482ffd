/** Time and turns of the event loop, injected so that tests can hold them still. */

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
}

/** When work runs: after the events at hand, or after a delay. */
export interface Scheduler {
  /** Runs once the events that are ready now have been handled; an idle system loses no time by it. */
  soon(work: () => void): void
  /** Runs after a delay; the returned function calls it off. */
  after(delayMs: number, work: () => void): () => void
}

export const systemClock: Clock = { now: () => Date.now() }

export const systemScheduler: Scheduler = {
  soon: (work) => void setImmediate(work),
  after: (delayMs, work) => {
    const timer = setTimeout(work, delayMs)
    return () => clearTimeout(timer)
  },
}

/** Resolves after a delay. */
export const pause = (scheduler: Scheduler, delayMs: number): Promise<void> =>
  new Promise((resolve) => scheduler.after(delayMs, resolve))
