/**
 * A histogram as Prometheus reads it, counted in plain arrays. The library's own looks its series up by their labels, checks
 * and hashes them with each observation, which costs a microsecond; a command makes six of them.
 */
import type { Metric } from 'prom-client'

interface Value {
  readonly labels: Readonly<Record<string, string | number>>
  readonly value: number
  readonly metricName: string
}

/** One combination of labels. */
export class Series {
  readonly labels: Readonly<Record<string, string>>
  readonly #bounds: Float64Array
  readonly #counts: Float64Array
  #sum = 0

  constructor(labels: Readonly<Record<string, string>>, bounds: Float64Array) {
    this.labels = labels
    this.#bounds = bounds
    this.#counts = new Float64Array(bounds.length + 1)
  }

  observe(value: number): void {
    const bounds = this.#bounds
    let at = 0
    while (at < bounds.length && value > bounds[at]!) at++
    this.#counts[at]!++
    this.#sum += value
  }

  /** Buckets are cumulative. */
  values(name: string): Value[] {
    const { labels } = this
    const values: Value[] = []
    let count = 0
    this.#counts.forEach((inBucket, at) => {
      count += inBucket
      const le = this.#bounds[at] ?? '+Inf'
      values.push({ labels: { le, ...labels }, value: count, metricName: `${name}_bucket` })
    })
    values.push({ labels, value: this.#sum, metricName: `${name}_sum` })
    values.push({ labels, value: count, metricName: `${name}_count` })
    return values
  }
}

export interface HistogramOptions<L extends string> {
  readonly name: string
  readonly help: string
  readonly labels: readonly L[]
  /** Upper bounds, inclusive, ascending. */
  readonly buckets: readonly number[]
}

export class Histogram<L extends string = never> {
  readonly #name: string
  readonly #help: string
  readonly #labels: readonly L[]
  readonly #bounds: Float64Array
  readonly #series = new Map<string, Series>()

  constructor({ name, help, labels, buckets }: HistogramOptions<L>) {
    this.#name = name
    this.#help = help
    this.#labels = labels
    this.#bounds = Float64Array.from(buckets)
    // Without labels there is one series, and it is there from the start.
    if (labels.length === 0) this.series({} as Record<L, string>)
  }

  /** To be kept by whoever observes often. */
  series(labels: Readonly<Record<L, string>>): Series {
    const key = JSON.stringify(this.#labels.map((name) => labels[name]))
    let series = this.#series.get(key)
    if (series === undefined) this.#series.set(key, (series = new Series(labels, this.#bounds)))
    return series
  }

  /** As a registry of the library takes it, which asks for no more than this. */
  get metric(): Metric<string> {
    const name = this.#name
    const values = (): Value[] => [...this.#series.values()].flatMap((series) => series.values(name))
    const metric = {
      name,
      get: () =>
        Promise.resolve({ name, help: this.#help, type: 'histogram', aggregator: 'sum', values: values() }),
    }
    return metric as unknown as Metric<string>
  }
}
