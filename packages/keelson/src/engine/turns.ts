/** One command of a once-only key at a time in this process: the second waits for the first here, not in the database. */
import type { Clock, Scheduler } from '../internal/clock.js'
import type { Member } from './member.js'

/**
 * A key in use, and who waits for it. It refers to no member: tables of a Map that was outgrown lie in the old
 * generation until it is collected, and would keep alive with them whatever they refer to.
 */
interface Turn {
  waiting: (() => void)[] | undefined
}

export class Turns {
  readonly #clock: Clock
  readonly #scheduler: Scheduler
  readonly #waitMs: number
  /** By the lock of the key. */
  readonly #taken = new Map<string, Turn>()

  constructor(clock: Clock, scheduler: Scheduler, waitMs: number) {
    this.#clock = clock
    this.#scheduler = scheduler
    this.#waitMs = waitMs
  }

  /** Takes the key until the member is answered; false if another has it. */
  take(member: Member, lock: string): boolean {
    if (this.#taken.has(lock)) return false
    const turn: Turn = { waiting: undefined }
    this.#taken.set(lock, turn)
    member.onSettled(() => {
      this.#taken.delete(lock)
      for (const wake of turn.waiting ?? []) wake()
    })
    return true
  }

  /** Resolves with whether the key was taken before the wait was over. */
  async await(member: Member, lock: string): Promise<boolean> {
    const deadline = this.#clock.now() + this.#waitMs
    while (!this.take(member, lock))
      if (!(await this.#endsBefore(this.#taken.get(lock)!, deadline))) return false
    return true
  }

  #endsBefore(turn: Turn, deadline: number): Promise<boolean> {
    return new Promise((resolve) => {
      const cancel = this.#scheduler.after(Math.max(0, deadline - this.#clock.now()), () => resolve(false))
      ;(turn.waiting ??= []).push(() => {
        cancel()
        resolve(true)
      })
    })
  }
}
