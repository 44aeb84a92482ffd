/**
 * Latencies as counts in log-linear buckets: each power of two is cut in 128 equal parts, so that a reported value is
 * off by less than 1 % (the scheme of HdrHistogram). Recording allocates nothing; the range is 100 ns to 107 s, and
 * what is longer counts as the longest.
 */

/** Values are kept in tenths of a microsecond: whole microseconds would be too coarse for 50 µs. */
const UNITS_PER_MS = 10_000
const SUB_BITS = 7
const SUB_BUCKETS = 1 << SUB_BITS
const MAX_UNITS = 2 ** 30 - 1

/** Below 256 each value has its own bucket; above, each octave has 128. */
function bucketOf(units: number): number {
  const shift = Math.max(0, 31 - Math.clz32(units) - SUB_BITS)
  return shift * SUB_BUCKETS + (units >>> shift)
}

/** The middle of a bucket. */
function unitsOf(bucket: number): number {
  const shift = Math.max(0, Math.floor(bucket / SUB_BUCKETS) - 1)
  return (bucket - shift * SUB_BUCKETS + 0.5) * 2 ** shift - 0.5
}

export class Histogram {
  readonly #counts = new Float64Array(bucketOf(MAX_UNITS) + 1)
  #count = 0

  get count(): number {
    return this.#count
  }

  recordMs(latencyMs: number): void {
    const units = Math.min(MAX_UNITS, Math.max(0, Math.round(latencyMs * UNITS_PER_MS)))
    const bucket = bucketOf(units)
    this.#counts[bucket] = this.#counts[bucket]! + 1
    this.#count++
  }

  /** The latency that this fraction (0 to 1) of the recorded ones do not exceed; null where none was recorded. */
  quantileMs(fraction: number): number | null {
    if (this.#count === 0) return null
    const rank = Math.max(1, Math.ceil(fraction * this.#count))
    let seen = 0
    for (let bucket = 0; bucket < this.#counts.length; bucket++) {
      seen += this.#counts[bucket]!
      if (seen >= rank) return unitsOf(bucket) / UNITS_PER_MS
    }
    throw new Error('The counts do not add up.')
  }
}
