/**
 * Metrics as Prometheus reads them, under the names of OpenTelemetry's semantic conventions where these have one
 * (`http.server.request.duration` is `http_server_request_duration_seconds`). Numbers that only the database knows are
 * asked for when somebody looks, and are left out where it does not answer; nothing else costs a query.
 */
import { collectDefaultMetrics, Gauge, Registry, Counter } from 'prom-client'
import { Histogram } from './histogram.js'

/** What OpenTelemetry advises for durations, in seconds. */
const DURATION_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] as const

/** How long the database is waited for. */
export const SAMPLE_TIMEOUT_MS = 2000

interface Named<L extends string> {
  readonly name: string
  readonly help: string
  readonly labels?: readonly L[]
}

/** Sets gauges by what the database says. */
type Sample = () => Promise<void>

export class Metrics {
  readonly #registry = new Registry()
  readonly #samples: Sample[] = []
  readonly #onError: (error: unknown) => void
  #reading: Promise<string> | undefined

  /** Told of what could not be asked for. */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError
  }

  get contentType(): string {
    return this.#registry.contentType
  }

  counter<L extends string = never>({ name, help, labels = [] }: Named<L>): Counter<L> {
    return new Counter({ name, help, labelNames: labels, registers: [this.#registry] })
  }

  /** A count that is kept elsewhere. */
  counted<L extends string = never>(named: Named<L>, read: (counter: Counter<L>) => void): Counter<L> {
    const { name, help, labels = [] } = named
    return new Counter({
      name,
      help,
      labelNames: labels,
      registers: [this.#registry],
      collect() {
        this.reset()
        read(this)
      },
    })
  }

  /** A number that is read when somebody looks. */
  gauge<L extends string = never>(named: Named<L>, read?: (gauge: Gauge<L>) => void): Gauge<L> {
    const { name, help, labels = [] } = named
    const collect =
      read === undefined
        ? {}
        : {
            collect(this: Gauge<L>) {
              read(this)
            },
          }
    return new Gauge({ name, help, labelNames: labels, registers: [this.#registry], ...collect })
  }

  histogram<L extends string = never>({
    name,
    help,
    labels = [],
    buckets = DURATION_BUCKETS,
  }: Named<L> & { readonly buckets?: readonly number[] }): Histogram<L> {
    const histogram = new Histogram({ name, help, labels, buckets })
    this.#registry.registerMetric(histogram.metric)
    return histogram
  }

  /** Something that the database is asked for each time that somebody looks. */
  sample(take: Sample): void {
    this.#samples.push(take)
  }

  /** The whole page. Whoever asks meanwhile is given the same. */
  text(): Promise<string> {
    this.#reading ??= this.#read().finally(() => (this.#reading = undefined))
    return this.#reading
  }

  async #read(): Promise<string> {
    await Promise.all(this.#samples.map((take) => this.#taken(take)))
    return `${await this.#registry.metrics()}\n${await processRegistry().metrics()}`
  }

  async #taken(take: Sample): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error('The database did not answer in time.')), SAMPLE_TIMEOUT_MS)
    })
    try {
      await Promise.race([take(), late])
    } catch (error) {
      this.#onError(error)
    } finally {
      clearTimeout(timer)
    }
  }
}

let ofProcess: Registry | undefined

/** Memory, processor, event loop and garbage collection: of the process, whatever runs in it; watched from the first look on. */
function processRegistry(): Registry {
  if (ofProcess === undefined) {
    ofProcess = new Registry()
    collectDefaultMetrics({ register: ofProcess })
  }
  return ofProcess
}
