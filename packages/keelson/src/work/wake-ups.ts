/**
 * Wake-ups: whoever has made work for others says so, by a topic, and who waits for that topic looks at once rather than at
 * its next poll. Within the process directly; to other processes by the line (`wake-up-line.ts`). A wake-up may get
 * lost and may come for nothing: it carries no truth, and everyone polls besides.
 */

/** Tells other processes; see `WakeUpLine`. */
export interface Line {
  tell(topics: Iterable<string>): void
}

export class WakeUps {
  readonly #listeners = new Map<string, Set<() => void>>()
  #line: Line | undefined

  /** From now on other processes are told too. */
  connect(line: Line | undefined): void {
    this.#line = line
  }

  /** There is work of this topic, committed. Returns at once. */
  signal(topic: string): void {
    this.heard(topic)
    this.#line?.tell([topic])
  }

  /** Another process has signalled. */
  heard(topic: string): void {
    for (const listener of this.#listeners.get(topic) ?? []) listener()
  }

  /** Something may have been missed: everyone looks. */
  heardAll(): void {
    for (const topic of this.#listeners.keys()) this.heard(topic)
  }

  /** Calls `listener`, which returns at once and never throws, until the returned function is called. */
  on(topic: string, listener: () => void): () => void {
    let listeners = this.#listeners.get(topic)
    if (listeners === undefined) this.#listeners.set(topic, (listeners = new Set()))
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }
}
