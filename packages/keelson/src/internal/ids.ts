/**
 * UUID version 7 (RFC 9562, section 5.7): 48 bits of milliseconds, then randomness. Ids of one process rise within a
 * millisecond too (section 6.2, method 2: the random part is counted up), so that index inserts stay together.
 */
import { randomFillSync } from 'node:crypto'

export type IdSource = () => string

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
const POOL_BYTES = 4096

/** Ids from a clock (milliseconds) and a source of random bytes; both default to the system's. */
export function idSource(
  now: () => number = Date.now,
  fill: (bytes: Uint8Array) => void = (bytes) => void randomFillSync(bytes),
): IdSource {
  const pool = new Uint8Array(POOL_BYTES)
  let used = POOL_BYTES
  let lastMs = -1
  let counter = 0
  return () => {
    if (used + 8 > POOL_BYTES) {
      fill(pool)
      used = 0
    }
    const at = used
    used += 8
    const ms = Math.max(now(), lastMs)
    // 12 bits of rand_a and 14 of rand_b count; a fresh millisecond starts them at random with room to rise.
    counter =
      ms === lastMs
        ? counter + 1 + (pool[at]! & 15)
        : ((pool[at]! << 16) | (pool[at + 1]! << 8) | pool[at + 2]!) & 0x1ffffff
    lastMs = counter > 0x3ffffff ? ms + 1 : ms
    if (counter > 0x3ffffff) counter = 0
    const stamp = lastMs.toString(16).padStart(12, '0')
    const high = counter >>> 14
    const low = counter & 0x3fff
    return (
      stamp.slice(0, 8) +
      '-' +
      stamp.slice(8) +
      '-' +
      HEX[0x70 | (high >>> 8)]! +
      HEX[high & 255]! +
      '-' +
      HEX[0x80 | (low >>> 8)]! +
      HEX[low & 255]! +
      '-' +
      HEX[pool[at + 3]!]! +
      HEX[pool[at + 4]!]! +
      HEX[pool[at + 5]!]! +
      HEX[pool[at + 6]!]! +
      HEX[pool[at + 7]!]! +
      HEX[pool[at]! ^ 0x5a]!
    )
  }
}
