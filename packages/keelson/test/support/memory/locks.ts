/**
 * Locks as Postgres has them: modes with a matrix of conflicts, held until the transaction ends, waited for, and a
 * circle of waiters found at once. The one who closes the circle is the victim.
 */

/** Of rows the first four (PostgreSQL manual, table «Conflicting Row-Level Locks»), advisory the last two. */
export type LockMode = 'key share' | 'share' | 'no key update' | 'update' | 'shared' | 'exclusive'

const CONFLICTS: Readonly<Record<LockMode, readonly LockMode[]>> = {
  'key share': ['update'],
  share: ['no key update', 'update'],
  'no key update': ['share', 'no key update', 'update'],
  update: ['key share', 'share', 'no key update', 'update'],
  shared: ['exclusive'],
  exclusive: ['shared', 'exclusive'],
}

export class Lock {
  readonly #held = new Map<LockOwner, Set<LockMode>>()

  /** The other owners whose locks stand against this mode. */
  against(owner: LockOwner, mode: LockMode): LockOwner[] {
    const blockers: LockOwner[] = []
    for (const [other, modes] of this.#held) {
      if (other !== owner && CONFLICTS[mode].some((conflict) => modes.has(conflict))) blockers.push(other)
    }
    return blockers
  }

  /** Takes the lock; nobody may stand against it. */
  take(owner: LockOwner, mode: LockMode): void {
    const modes = this.#held.get(owner)
    if (modes) modes.add(mode)
    else this.#held.set(owner, new Set([mode]))
    owner.locks.add(this)
  }

  drop(owner: LockOwner): void {
    this.#held.delete(owner)
  }
}

export class DatabaseError extends Error {
  readonly retryable: boolean

  constructor(message: string, retryable: boolean) {
    super(message)
    this.retryable = retryable
  }
}

/** Whoever holds locks and waits for those of others: a transaction. */
export class LockOwner {
  readonly locks = new Set<Lock>()
  readonly #waitsFor = new Set<LockOwner>()
  readonly #wakers: (() => void)[] = []

  /** A circle of waiters was found. */
  meetsCircle: () => void = () => undefined

  /** Resolves when one of these has ended. @throws DatabaseError (a deadlock) */
  async waitFor(others: readonly LockOwner[]): Promise<void> {
    if (others.some((other) => other.#reaches(this, new Set()))) {
      this.meetsCircle()
      throw new DatabaseError('deadlock', true)
    }
    for (const other of others) this.#waitsFor.add(other)
    await new Promise<void>((resolve) => {
      for (const other of others) other.#wakers.push(resolve)
    })
    this.#waitsFor.clear()
  }

  /** Drops all locks and wakes those who wait. */
  releaseAll(): void {
    for (const lock of this.locks) lock.drop(this)
    this.locks.clear()
    this.#waitsFor.clear()
    for (const wake of this.#wakers.splice(0)) wake()
  }

  #reaches(target: LockOwner, seen: Set<LockOwner>): boolean {
    if (this === target) return true
    if (seen.has(this)) return false
    seen.add(this)
    return [...this.#waitsFor].some((other) => other.#reaches(target, seen))
  }
}
