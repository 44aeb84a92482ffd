/**
 * Latencies as counts in logarithmic buckets, sixteen to each doubling: a reported value is off by 2.2 % at most, whatever
 * the number of requests, and two can be added up. The range is 50 µs to 55 min; what lies outside counts as its end.
 */

const MIN_MS = 0.05
const BUCKETS_PER_DOUBLING = 16
const BUCKETS = 26 * BUCKETS_PER_DOUBLING

export interface Percentiles {
  readonly count: number
  /** Null where nothing was counted. */
  readonly p50Ms: number | null
  readonly p90Ms: number | null
  readonly p99Ms: number | null
  readonly p999Ms: number | null
  readonly maxMs: number | null
}

export class Latencies {
  readonly #counts = new Uint32Array(BUCKETS)
  #count = 0
  #maxMs = 0

  add(latencyMs: number): void {
    const exact = Math.log2(Math.max(latencyMs, MIN_MS) / MIN_MS) * BUCKETS_PER_DOUBLING
    const bucket = Math.min(BUCKETS - 1, Math.floor(exact))
    this.#counts[bucket] = this.#counts[bucket]! + 1
    this.#count++
    this.#maxMs = Math.max(this.#maxMs, latencyMs)
  }

  addAll(other: Latencies): void {
    for (let bucket = 0; bucket < BUCKETS; bucket++)
      this.#counts[bucket] = this.#counts[bucket]! + other.#counts[bucket]!
    this.#count += other.#count
    this.#maxMs = Math.max(this.#maxMs, other.#maxMs)
  }

  /** The latency that this fraction (0 to 1) of all do not exceed; null where there is none. */
  quantileMs(fraction: number): number | null {
    if (this.#count === 0) return null
    const rank = Math.max(1, Math.ceil(fraction * this.#count))
    let seen = 0
    let bucket = -1
    while (seen < rank) seen += this.#counts[++bucket]!
    return rounded(Math.min(this.#maxMs, MIN_MS * 2 ** ((bucket + 0.5) / BUCKETS_PER_DOUBLING)))
  }

  get percentiles(): Percentiles {
    return {
      count: this.#count,
      p50Ms: this.quantileMs(0.5),
      p90Ms: this.quantileMs(0.9),
      p99Ms: this.quantileMs(0.99),
      p999Ms: this.quantileMs(0.999),
      maxMs: this.#count === 0 ? null : rounded(this.#maxMs),
    }
  }
}

const rounded = (ms: number): number => Number(ms.toPrecision(3))
