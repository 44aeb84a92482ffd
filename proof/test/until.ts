/** Waits for a condition, within a bound. */
import { setTimeout as delay } from 'node:timers/promises'

/** Rejects, naming `what`, if it does not hold in time. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  withinMs = 20_000,
): Promise<void> {
  const deadline = performance.now() + withinMs
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`${what} did not come within ${withinMs} ms.`)
    await delay(5)
  }
}
