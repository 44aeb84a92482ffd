/**
 * Waves: the reads that are wanted at the same moment, of one shape, go to the database in one statement (the idea of
 * Haxl and DataLoader). While a wave of a shape is under way the next one gathers; an idle shape waits for nothing but the
 * events at hand. A wave that takes long holds the next one back for a few milliseconds only.
 */
import { KeelsonError } from '../errors.js'
import type { Scheduler } from '../internal/clock.js'
import { failpoint } from '../internal/failpoint.js'
import { readId } from './attempt.js'
import type { Shape, Store } from './port.js'
import type { Source } from './run.js'
import type { TableInfo, Tuple } from '../schema/table.js'

/** Waves of one shape under way at once. */
const IN_FLIGHT_MAX = 2
/** From when on a wave under way counts as slow. Before, the next one is worth waiting for: few large waves cost less. */
const SLOW_AFTER_MS = 5
/** Reads in one wave. */
const WAVE_READS_MAX = 1000

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

/** The lane of one shape (or of one table's rows by key): what is wanted next, and what is under way. */
class Lane<K, V> {
  readonly #send: (keys: readonly K[]) => Promise<readonly V[]>
  readonly #scheduler: Scheduler
  readonly #refusal: (error: unknown) => KeelsonError | undefined
  #gathering = new Map<string, Entry<K, V>>()
  #inFlight = 0
  #scheduled = false
  /** Whether a wave under way is slow, and what calls off the look at it. */
  #slow = false
  #callOff: (() => void) | undefined

  constructor(
    scheduler: Scheduler,
    refusal: (error: unknown) => KeelsonError | undefined,
    send: (keys: readonly K[]) => Promise<readonly V[]>,
  ) {
    this.#refusal = refusal
    this.#scheduler = scheduler
    this.#send = send
  }

  want(id: string, key: K): Promise<V> {
    const known = this.#gathering.get(id)
    if (known) return known.waiting.promise
    const entry = { key, waiting: waiting<V>() }
    this.#gathering.set(id, entry)
    this.#wake()
    return entry.waiting.promise
  }

  #wake(): void {
    if (this.#scheduled || this.#gathering.size === 0) return
    if (!this.#mayGo()) return this.#watch()
    this.#scheduled = true
    this.#scheduler.soon(() => {
      this.#scheduled = false
      this.#dispatch()
    })
  }

  #mayGo(): boolean {
    if (this.#inFlight === 0) return true
    return this.#inFlight < IN_FLIGHT_MAX && (this.#slow || this.#gathering.size >= WAVE_READS_MAX)
  }

  /** Only where somebody waits: a lone read sets no timer. */
  #watch(): void {
    if (this.#inFlight >= IN_FLIGHT_MAX) return
    this.#callOff ??= this.#scheduler.after(SLOW_AFTER_MS, () => {
      this.#callOff = undefined
      this.#slow = true
      this.#wake()
    })
  }

  #forget(): void {
    this.#slow = false
    this.#callOff?.()
    this.#callOff = undefined
  }

  #dispatch(): void {
    if (this.#gathering.size === 0) return
    if (!this.#mayGo()) return this.#watch()
    const entries = [...this.#gathering.values()].slice(0, WAVE_READS_MAX)
    if (entries.length === this.#gathering.size) this.#gathering = new Map()
    else for (const id of [...this.#gathering.keys()].slice(0, WAVE_READS_MAX)) this.#gathering.delete(id)
    if (this.#inFlight++ === 0) this.#forget()
    void this.#deliver(entries).finally(() => {
      if (--this.#inFlight === 0) this.#forget()
      this.#wake()
    })
    this.#wake()
  }

  /** A read that the database refuses (a value that is none of its type) must not fail its neighbours. */
  async #deliver(entries: readonly Entry<K, V>[]): Promise<void> {
    try {
      const sent = this.#send(entries.map((entry) => entry.key))
      failpoint('wave-sent')
      const values = await sent
      entries.forEach((entry, at) => entry.waiting.resolve(values[at]!))
    } catch (error) {
      const refused = this.#refusal(error)
      if (refused === undefined || entries.length === 1)
        for (const entry of entries) entry.waiting.reject(refused ?? error)
      else await Promise.all(entries.map((entry) => this.#deliver([entry])))
    }
  }
}

export class Waves implements Source {
  readonly #store: Store
  readonly #scheduler: Scheduler
  readonly #rows = new Map<TableInfo, Lane<string, Tuple | null>>()
  readonly #shapes = new Map<string, Lane<readonly string[], readonly Tuple[]>>()

  constructor(store: Store, scheduler: Scheduler) {
    this.#store = store
    this.#scheduler = scheduler
  }

  /** The error for a read that can never succeed as it was asked for. */
  readonly #refusal = (error: unknown): KeelsonError | undefined => {
    const violation = this.#store.violationOf(error)
    return violation?.sqlState.startsWith('22')
      ? new KeelsonError('value_out_of_range', { cause: error })
      : undefined
  }

  row(table: TableInfo, key: string): Promise<Tuple | null> {
    let lane = this.#rows.get(table)
    if (!lane) {
      lane = new Lane(this.#scheduler, this.#refusal, async (keys) => {
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
      lane = new Lane(this.#scheduler, this.#refusal, (wanted) => this.#store.readShape(shape, wanted))
      this.#shapes.set(shape.id, lane)
    }
    return lane.want(readId({ shape, parameters }), parameters)
  }
}
