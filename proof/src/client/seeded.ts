/** Random numbers that a seed repeats (mulberry32: small, fast, good enough to choose by). */
import type { Random } from '../workloads/workload.js'

/** `stream`: independent sequences of one seed, such as one for each client. */
export function seededRandom(seed: number, stream = 0): Random {
  // Neighbouring seeds begin far apart.
  let state = (Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(stream + 1, 0x85ebca6b)) >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
