/** Randomness from a seed: the same labels give the same numbers, on every machine. */
import type { Random } from '../workloads/workload.js'

/** A stream of its own for each sequence of labels: sfc32, whose streams do not run into each other. */
export function randomOf(...labels: readonly (string | number)[]): Random {
  const text = labels.join('/')
  let [a, b, c, count] = [hash(text, 1), hash(text, 2), hash(text, 3), 1]
  const next = (): number => {
    const sum = (a + b + count) | 0
    count = (count + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return (sum >>> 0) / 2 ** 32
  }
  // The first numbers still show the labels.
  for (let warm = 0; warm < 12; warm++) next()
  return next
}

/** A whole number from `min` to `max`, both included. */
export const between = (random: Random, min: number, max: number): number =>
  min + Math.floor(random() * (max - min + 1))

export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const mixed = [...items]
  for (let last = mixed.length - 1; last > 0; last--) {
    const other = between(random, 0, last)
    ;[mixed[last], mixed[other]] = [mixed[other]!, mixed[last]!]
  }
  return mixed
}

/** FNV-1a. */
function hash(text: string, variant: number): number {
  let value = 0x811c9dc5 ^ Math.imul(variant, 0x9e3779b1)
  for (let index = 0; index < text.length; index++)
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  return value
}
