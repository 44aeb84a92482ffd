/** Randomness, injected so that schedules can be replayed from a seed. */

/** A number in [0, 1). */
export type Random = () => number

export const systemRandom: Random = Math.random

/** Delay before try number `attempt` (from 1), in milliseconds: doubles each time, with full jitter. */
export function backoffMs(attempt: number, random: Random, baseMs = 2, maxMs = 250): number {
  return random() * Math.min(maxMs, baseMs * 2 ** attempt)
}
