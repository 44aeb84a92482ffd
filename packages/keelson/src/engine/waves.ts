/**
 * Waves: the reads that are wanted at the same moment, of one shape, go to the database in one statement (the idea of
 * Haxl and DataLoader). While a wave of a shape is under way the next one gathers; an idle shape waits for nothing but the
 * events at hand. A wave that takes long holds the next one back for a few milliseconds only. Waves of a shape that is
 * known to be slow never take the last connection.
 */
import { KeelsonError } from '../errors.js'
import { systemClock, type Clock, type Scheduler } from '../internal/clock.js'
import { failpoint } from '../internal/failpoint.js'
import { readId, type SeenRead } from './attempt.js'
import type { Shape, Store } from './port.js'
import type { Source } from './run.js'
import type { TableInfo, Tuple } from '../schema/table.js'

/** Waves of one shape under way at once. */
export const IN_FLIGHT_MAX = 2
/** How long a wave under way is worth waiting for: few large waves cost less. */
const WORTH_WAITING_MS = 5
/** From when on a read counts as one that takes long. */
export const LONG_MS = 100
/** How long the next wave of such a shape should take, where it can be made smaller. */
const LONG_WAVE_MS = 1000
/** Reads in one wave. */
export const WAVE_READS_MAX = 1000

interface Waiting<V> {
  readonly promise: Promise<V>
  readonly resolve: (value: V) => void
  readonly reject: (error: unknown) => void
}

function waiting<V>(): Waiting<V> {
  let resolve!: (value: V) => void
  let reject!: (error: unknown) => void
  const promise = new Promise<V>((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}

interface Entry<K, V> {
  readonly key: K
  readonly waiting: Waiting<V>
}

/** What the lanes share. */
interface Traffic {
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly refusal: (error: unknown) => KeelsonError | undefined
  /** Connections that waves have. */
  readonly connections: number
  /** Waves and reads since the start. */
  waves: number
  reads: number
  /** Waves under way, and those among them of shapes that take long. */
  underWay: number
  long: number
  /** Lanes that wait until one of those has ended. */
  readonly held: Set<{ wake(): void }>
}

/** The lane of one shape (or of one table's rows by key): what is wanted next, and what is under way. */
class Lane<K, V> {
  readonly #traffic: Traffic
  readonly #send: (keys: readonly K[]) => Promise<readonly V[]>
  #gathering = new Map<string, Entry<K, V>>()
  #inFlight = 0
  #scheduled = false
  /** Whether a wave under way is not worth waiting for any more, and what calls off the look at it. */
  #overdue = false
  #callOff: (() => void) | undefined
  /** Whether the latest wave took long, and how many reads the next one may have. */
  #isLong = false
  #readsMax = WAVE_READS_MAX

  constructor(traffic: Traffic, send: (keys: readonly K[]) => Promise<readonly V[]>) {
    this.#traffic = traffic
    this.#send = send
  }

  get tookLong(): boolean {
    return this.#isLong
  }

  want(id: string, key: K): Promise<V> {
    const known = this.#gathering.get(id)
    if (known) return known.waiting.promise
    const entry = { key, waiting: waiting<V>() }
    this.#gathering.set(id, entry)
    this.wake()
    return entry.waiting.promise
  }

  wake(): void {
    if (this.#scheduled || this.#gathering.size === 0) return
    if (!this.#mayGo()) return this.#watch()
    this.#scheduled = true
    this.#traffic.scheduler.soon(() => {
      this.#scheduled = false
      this.#dispatch()
    })
  }

  #mayGo(): boolean {
    const { connections, underWay, long } = this.#traffic
    // A first wave may take the last connection, unless it is known to keep it.
    if (this.#isLong) return this.#inFlight === 0 && long < connections - 1
    if (this.#inFlight === 0) return true
    return (
      this.#inFlight < IN_FLIGHT_MAX &&
      underWay < connections - 1 &&
      (this.#overdue || this.#gathering.size >= WAVE_READS_MAX)
    )
  }

  /** Only where somebody waits: a lone read sets no timer. */
  #watch(): void {
    this.#traffic.held.add(this)
    if (this.#isLong || this.#overdue || this.#inFlight >= IN_FLIGHT_MAX) return
    this.#callOff ??= this.#traffic.scheduler.after(WORTH_WAITING_MS, () => {
      this.#callOff = undefined
      this.#overdue = true
      this.wake()
    })
  }

  #forget(): void {
    this.#overdue = false
    this.#callOff?.()
    this.#callOff = undefined
  }

  #dispatch(): void {
    if (this.#gathering.size === 0) return
    if (!this.#mayGo()) return this.#watch()
    const entries = [...this.#gathering.values()].slice(0, this.#readsMax)
    if (entries.length === this.#gathering.size) this.#gathering = new Map()
    else for (const id of [...this.#gathering.keys()].slice(0, this.#readsMax)) this.#gathering.delete(id)
    if (this.#inFlight++ === 0) this.#forget()
    void this.#follow(entries)
    this.wake()
  }

  async #follow(entries: readonly Entry<K, V>[]): Promise<void> {
    const traffic = this.#traffic
    const wasLong = this.#isLong
    const startedMs = traffic.clock.now()
    traffic.waves++
    traffic.reads += entries.length
    traffic.underWay++
    if (wasLong) traffic.long++
    await this.#deliver(entries, () => this.#took(traffic.clock.now() - startedMs, entries.length))
    traffic.underWay--
    if (wasLong) traffic.long--
    if (--this.#inFlight === 0) this.#forget()
    const held = [...traffic.held]
    traffic.held.clear()
    for (const lane of held) lane.wake()
    this.wake()
  }

  #took(elapsedMs: number, reads: number): void {
    this.#isLong = elapsedMs >= LONG_MS
    this.#readsMax =
      elapsedMs > LONG_WAVE_MS ? Math.max(1, Math.floor((reads * LONG_WAVE_MS) / elapsedMs)) : WAVE_READS_MAX
  }

  /** A read that the database refuses (a value that is none of its type) must not fail its neighbours. */
  async #deliver(entries: readonly Entry<K, V>[], answered: () => void): Promise<void> {
    try {
      const sent = this.#send(entries.map((entry) => entry.key))
      failpoint('wave-sent')
      const values = await sent
      answered()
      entries.forEach((entry, at) => entry.waiting.resolve(values[at]!))
    } catch (error) {
      const refused = this.#traffic.refusal(error)
      if (refused === undefined || entries.length === 1)
        for (const entry of entries) entry.waiting.reject(refused ?? error)
      else await Promise.all(entries.map((entry) => this.#deliver([entry], answered)))
    }
  }
}

export interface WavesOptions {
  readonly clock?: Clock
  /** Connections that the store has for waves. Default: enough. */
  readonly connections?: number
}

export class Waves implements Source {
  readonly #store: Store
  readonly #traffic: Traffic
  readonly #rows = new Map<TableInfo, Lane<string, Tuple | null>>()
  readonly #shapes = new Map<string, Lane<readonly string[], readonly Tuple[]>>()

  constructor(store: Store, scheduler: Scheduler, options: WavesOptions = {}) {
    const { clock = systemClock, connections = Infinity } = options
    this.#store = store
    this.#traffic = {
      clock,
      scheduler,
      refusal: (error) => this.#refusal(error),
      connections,
      waves: 0,
      reads: 0,
      underWay: 0,
      long: 0,
      held: new Set(),
    }
  }

  /** Since the start. */
  get traffic(): { readonly waves: number; readonly reads: number } {
    return this.#traffic
  }

  /** The error for a read that can never succeed as it was asked for. */
  #refusal(error: unknown): KeelsonError | undefined {
    const violation = this.#store.violationOf(error)
    return violation?.sqlState.startsWith('22')
      ? new KeelsonError('value_out_of_range', { cause: error })
      : undefined
  }

  row(table: TableInfo, key: string): Promise<Tuple | null> {
    let lane = this.#rows.get(table)
    if (!lane) {
      lane = new Lane(this.#traffic, async (keys) => {
        const found = await this.#store.readRows(table, keys)
        return keys.map((wanted) => found.get(wanted) ?? null)
      })
      this.#rows.set(table, lane)
    }
    return lane.want(key, key)
  }

  shaped(shape: Shape, parameters: readonly string[]): Promise<readonly Tuple[]> {
    let lane = this.#shapes.get(shape.id)
    if (!lane) {
      // Bounded like the memory of shapes: a lane is only a place to gather.
      if (this.#shapes.size >= 10_000) this.#shapes.clear()
      lane = new Lane(this.#traffic, (wanted) => this.#store.readShape(shape, wanted))
      this.#shapes.set(shape.id, lane)
    }
    return lane.want(readId({ shape, parameters }), parameters)
  }

  /** Whether one of these lists or counts took long: it would take as long under a group's locks. */
  tookLong(reads: Iterable<SeenRead>): boolean {
    for (const { read } of reads) if (this.#shapes.get(read.shape.id)?.tookLong) return true
    return false
  }
}
