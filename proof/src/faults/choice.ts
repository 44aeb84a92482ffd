/** What faults choose by the run's randomness. */
import type { AppProcess, World } from '../world/world.js'
import type { Random } from '../workloads/workload.js'

/** A whole number from `min` to `max`, both included. */
export const between = (random: Random, min: number, max: number): number =>
  min + Math.floor(random() * (max - min + 1))

export const pick = <T>(random: Random, choices: readonly T[]): T =>
  choices[Math.floor(random() * choices.length)]!

export const pickApp = (world: World, random: Random): AppProcess => pick(random, world.apps)

/** Leaves it broken for a while. */
export const hold = (world: World, random: Random, minMs = 1000, maxMs = 4000): Promise<void> =>
  world.pause(between(random, minMs, maxMs))
