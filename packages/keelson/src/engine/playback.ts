/**
 * The reads of a handler's first run, played back to its second. Answers come in the order in which they came, also to
 * reads that are asked for at other times: of a list that took long and a row that was asked for meanwhile, the row comes
 * first again. A read that the second run never asks for holds those behind it back for a moment only.
 */
import type { Clock, Scheduler } from '../internal/clock.js'
import type { TableInfo, Tuple } from '../schema/table.js'
import { readId, type Attempt } from './attempt.js'
import { keyText, nameOf } from './differences.js'
import type { Shape } from './port.js'
import type { Source } from './run.js'

/** How much longer than the first time an answer waits for those before it, in milliseconds. */
const HELD_BACK_MS = 50

const keyId = (table: TableInfo, key: string): string => `${table.id} ${key}`

/** A read that was answered: with what, with which others at once, the how-manieth of all, and when. */
interface Told<V> {
  readonly value: V
  readonly turn: number
  readonly place: number
  /** Since the run began. */
  readonly afterMs: number
}

/** Passes reads on and remembers their answers, and which of them came at the same moment. */
export class Recorder implements Source {
  readonly #source: Source
  readonly rows = new Map<string, Told<Tuple | null>>()
  readonly lists = new Map<string, Told<readonly Tuple[]>>()
  /** Every read by what it says to people. */
  readonly asked = new Set<string>()
  #turn = 0
  #turns = false
  #place = 0
  readonly #clock: Clock
  readonly #beganMs: number

  constructor(source: Source, clock: Clock) {
    this.#source = source
    this.#clock = clock
    this.#beganMs = clock.now()
  }

  row(table: TableInfo, key: string): ReturnType<Source['row']> {
    this.asked.add(rowText(table, key))
    const told = this.#source.row(table, key)
    return told instanceof Promise ? this.#note(told, this.rows, keyId(table, key)) : told
  }

  shaped(shape: Shape, parameters: readonly string[]): ReturnType<Source['shaped']> {
    this.asked.add(listText(shape, parameters))
    const told = this.#source.shaped(shape, parameters)
    return told instanceof Promise ? this.#note(told, this.lists, readId({ shape, parameters })) : told
  }

  async #note<V>(told: Promise<V>, into: Map<string, Told<V>>, id: string): Promise<V> {
    const value = await told
    // Of two reads under way at once the first to end counts, as it does for the run.
    if (!into.has(id)) {
      const afterMs = this.#clock.now() - this.#beganMs
      into.set(id, { value, turn: this.#turn, place: this.#place++, afterMs })
    }
    if (!this.#turns) {
      this.#turns = true
      // Right after all that follows from this answer, and before the next one that comes on its own.
      process.nextTick(() => {
        this.#turns = false
        this.#turn++
      })
    }
    return value
  }
}

interface Waiting {
  readonly turn: number
  readonly place: number
  readonly dueMs: number
  readonly tell: () => void
}

/** Tells again what a recorder heard; what it never heard ends the run. */
export class Replay implements Source {
  readonly #recorded: Recorder
  readonly #first: Attempt
  readonly #scheduler: Scheduler
  readonly #clock: Clock
  readonly #beganMs: number
  readonly asked = new Set<string>()
  #waiting: Waiting[] = []
  readonly #told = new Set<number>()
  /** The first place that nobody has been told of. */
  #next = 0
  #scheduled = false
  #callOff: (() => void) | undefined

  constructor(
    recorded: Recorder,
    first: Attempt,
    { scheduler, clock }: { scheduler: Scheduler; clock: Clock },
  ) {
    this.#recorded = recorded
    this.#first = first
    this.#scheduler = scheduler
    this.#clock = clock
    this.#beganMs = clock.now()
  }

  row(table: TableInfo, key: string): ReturnType<Source['row']> {
    this.asked.add(rowText(table, key))
    const told = this.#recorded.rows.get(keyId(table, key))
    // Met on another way: by a unique value, for instance.
    return told === undefined ? this.#first.seenRow(table, key) : this.#tell(told)
  }

  shaped(shape: Shape, parameters: readonly string[]): ReturnType<Source['shaped']> {
    this.asked.add(listText(shape, parameters))
    const told = this.#recorded.lists.get(readId({ shape, parameters }))
    return told && this.#tell(told)
  }

  #tell<V>({ value, turn, place, afterMs }: Told<V>): Promise<V> {
    return new Promise((resolve) => {
      const dueMs = this.#beganMs + afterMs + HELD_BACK_MS
      this.#waiting.push({ turn, place, dueMs, tell: () => resolve(value) })
      this.#wake()
    })
  }

  #wake(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    this.#callOff?.()
    this.#callOff = undefined
    this.#scheduler.soon(() => {
      this.#scheduled = false
      this.#answer()
    })
  }

  /** All that came at one moment, as far as nothing before it is missing. */
  #answer(): void {
    this.#waiting.sort((left, right) => left.place - right.place)
    const [first] = this.#waiting
    if (first === undefined) return
    const waitMs = first.place <= this.#next ? 0 : first.dueMs - this.#clock.now()
    if (waitMs > 0) {
      this.#callOff = this.#scheduler.after(waitMs, () => this.#wake())
      return
    }
    const rest: Waiting[] = []
    for (const one of this.#waiting) {
      if (one !== first && (one.turn !== first.turn || one.place > this.#next)) rest.push(one)
      else this.#answered(one)
    }
    this.#waiting = rest
    if (rest.length > 0) this.#wake()
  }

  #answered({ place, tell }: Waiting): void {
    this.#told.add(place)
    while (this.#told.has(this.#next)) this.#next++
    tell()
  }
}

const rowText = (table: TableInfo, key: string): string => `${nameOf(table)}[${keyText(key)}]`

function listText({ table, conditions, result }: Shape, parameters: readonly string[]): string {
  const columns = conditions.map(({ column, operator }) => `${table.columns[column]!.property} ${operator}`)
  const values = parameters.map((value) => keyText(value))
  const where = columns.length === 0 ? '' : ` where ${columns.join(', ')} (${values.join(', ')})`
  return `a ${result === 'count' ? 'count' : 'list'} of ${nameOf(table)}${where}`
}
