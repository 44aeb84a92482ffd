/** What forces an interleaving: conditions that are awaited, and barriers at which work stands until it is let go. */
import { setTimeout } from 'node:timers/promises'

/** Longer than anything here takes, also on a busy machine. */
const LIMIT_MS = 30_000

/** Looks again and again until `isTrue` says so; fails when that takes too long. */
export async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + LIMIT_MS
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error('Waited in vain.')
    await setTimeout(5)
  }
}

export interface Barrier {
  /** Resolves when somebody has come to the barrier. */
  readonly reached: Promise<void>
  /** Stands here until `open`. */
  pass(): Promise<void>
  open(): void
}

export function createBarrier(): Barrier {
  let arrive = () => {}
  let open = () => {}
  const reached = new Promise<void>((resolve) => (arrive = resolve))
  const opened = new Promise<void>((resolve) => (open = resolve))
  return {
    reached,
    pass() {
      arrive()
      return opened
    },
    open: () => open(),
  }
}
