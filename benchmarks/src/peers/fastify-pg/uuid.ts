/**
 * UUIDs: version 7 for rows, so that index inserts stay together (RFC 9562, section 5.7), and hashes in a UUID's
 * sixteen bytes. Random bytes are drawn many at a time, which is most of the cost of an id.
 */
import { hash, randomFillSync } from 'node:crypto'

const pool = Buffer.allocUnsafe(10 * 256)
let used = pool.length

export function uuidV7(nowMs: number): string {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  pool[used] = (pool[used]! & 0x0f) | 0x70
  pool[used + 2] = (pool[used + 2]! & 0x3f) | 0x80
  const text = nowMs.toString(16).padStart(12, '0') + pool.toString('hex', used, used + 10)
  used += 10
  return dashed(text)
}

export const uuidOfHash = (text: string): string => dashed(hash('sha256', text, 'hex'))

const dashed = (hex: string): string =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`
