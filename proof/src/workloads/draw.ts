/** Choices of workloads, all from the run's seed. */
import type { Random, Request } from './workload.js'

export const below = (random: Random, limit: number): number => Math.floor(random() * limit)

export const chance = (random: Random, probability: number): boolean => random() < probability

export const pick = <T>(random: Random, values: readonly T[]): T => values[below(random, values.length)]!

/** Several different ones, in random order. */
export function pickSeveral<T>(random: Random, values: readonly T[], count: number): T[] {
  const left = [...values]
  return Array.from(
    { length: Math.min(count, left.length) },
    () => left.splice(below(random, left.length), 1)[0]!,
  )
}

/** Unique for all that a run can do: 104 bits. */
export const token = (random: Random): string =>
  `${below(random, 2 ** 52).toString(36)}-${below(random, 2 ** 52).toString(36)}`

/** One command in this many is sent without a key, and so only once. */
const WITHOUT_KEY = 0.15

/** A command whose token is its key, where it has one. */
export function commandOf(random: Random, name: string, input: Readonly<Record<string, unknown>>): Request {
  const key = token(random)
  const request = { name, input: { ...input, token: key } }
  return chance(random, WITHOUT_KEY) ? request : { ...request, key }
}
