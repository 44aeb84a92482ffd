/**
 * What was started, in order, and stopping it in the opposite order. Stopping goes on when one part fails, and ends
 * with the first failure.
 */
export class Lifecycle {
  readonly #parts: { readonly name: string; readonly stop: () => Promise<void> | void }[] = []
  #stopping: Promise<void> | undefined

  /** Notes a part that runs now and how it is stopped. */
  started(name: string, stop: () => Promise<void> | void): void {
    this.#parts.push({ name, stop })
  }

  /** Stops everything; the second call waits for the first. Rejects with the failures. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll()
    return this.#stopping
  }

  async #stopAll(): Promise<void> {
    const failures: unknown[] = []
    for (const { name, stop } of this.#parts.toReversed()) {
      try {
        await stop()
      } catch (error) {
        failures.push(new Error(`Stopping ${name} failed.`, { cause: error }))
      }
    }
    if (failures.length === 1) throw failures[0] as Error
    if (failures.length > 1) throw new AggregateError(failures, 'Several parts failed to stop.')
  }
}

/** Waits for work to end, but no longer than this: what hangs must not keep a process from ending. */
export async function within(limitMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs)
  })
  await Promise.race([work, limit])
  clearTimeout(timer)
}
