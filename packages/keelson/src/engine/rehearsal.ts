/**
 * A second run of each handler, in development and tests, on exactly the reads of the first. A handler may run more than
 * once before its command takes effect; one that does something else each time is found out here, with what differs,
 * rather than under load.
 *
 * Commands that run solo are not rehearsed: their SQL cannot be played back.
 */
import { KeelsonError } from '../errors.js'
import { pause, type Scheduler } from '../internal/clock.js'
import type { TableInfo, Tuple } from '../schema/table.js'
import { readId, type Attempt } from './attempt.js'
import type { EngineContext } from './context.js'
import { differencesOf, keyText, nameOf } from './differences.js'
import type { Member } from './member.js'
import type { Shape } from './port.js'
import type { Source } from './run.js'

/**
 * How much longer than the first run the second may take, in milliseconds. One that waits for longer is given up, and
 * the command goes on: it is slow, which is no difference yet.
 */
const GRACE_MS = 1000

const CAUSES =
  'Between two runs only what a handler reads through tx may change. The usual causes: Date.now() and new Date() (use `now`), Math.random() and crypto.randomUUID() (use `id()`, or give the value in the input), a default of the input that is made anew each time, a variable outside of the handler.'

const keyId = (table: TableInfo, key: string): string => `${table.id} ${key}`

/** A read that was answered: with what, with which others at once, and the how-manieth of all. */
interface Told<V> {
  readonly value: V
  readonly turn: number
  readonly place: number
}

/** Passes reads on and remembers their answers, and which of them came at the same moment. */
class Recorder implements Source {
  readonly #source: Source
  readonly rows = new Map<string, Told<Tuple | null>>()
  readonly lists = new Map<string, Told<readonly Tuple[]>>()
  /** Every read by what it says to people. */
  readonly asked = new Set<string>()
  #turn = 0
  #turns = false
  #place = 0

  constructor(source: Source) {
    this.#source = source
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
    if (!into.has(id)) into.set(id, { value, turn: this.#turn, place: this.#place++ })
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

/** Tells again what a recorder heard, in the same order; what it never heard ends the run. */
class Replay implements Source {
  readonly #recorded: Recorder
  readonly #first: Attempt
  readonly #scheduler: Scheduler
  readonly asked = new Set<string>()
  readonly #waiting: { readonly turn: number; readonly place: number; readonly tell: () => void }[] = []

  constructor(recorded: Recorder, first: Attempt, scheduler: Scheduler) {
    this.#recorded = recorded
    this.#first = first
    this.#scheduler = scheduler
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

  #tell<V>({ value, turn, place }: Told<V>): Promise<V> {
    return new Promise((resolve) => {
      this.#waiting.push({ turn, place, tell: () => resolve(value) })
      if (this.#waiting.length === 1) this.#scheduler.soon(() => this.#next())
    })
  }

  #next(): void {
    const first = Math.min(...this.#waiting.map(({ turn }) => turn))
    const ready = this.#waiting
      .filter(({ turn }) => turn === first)
      .sort((left, right) => left.place - right.place)
    const rest = this.#waiting.filter(({ turn }) => turn !== first)
    this.#waiting.splice(0, Infinity, ...rest)
    for (const { tell } of ready) tell()
    if (rest.length > 0) this.#scheduler.soon(() => this.#next())
  }
}

export class Rehearsal {
  readonly #recorder: Recorder
  readonly #context: EngineContext
  readonly #beganMs: number

  constructor(source: Source, context: EngineContext) {
    this.#context = context
    this.#recorder = new Recorder(source)
    this.#beganMs = context.clock.now()
  }

  /** What the first run reads from. */
  get source(): Source {
    return this.#recorder
  }

  /** Runs the handler again, the first run being at its end; the error where the two differ. */
  async repeat(member: Member): Promise<KeelsonError | undefined> {
    const first = member.attempt
    const asked = new Set(this.#recorder.asked)
    const { scheduler, clock, tables, Transaction } = this.#context
    const endedMs = Date.now()
    const limitMs = clock.now() - this.#beganMs + GRACE_MS
    // In another millisecond, so that a handler that looks at the clock sees another time.
    if (Date.now() === endedMs) await pause(scheduler, 2)
    const replay = new Replay(this.#recorder, first, scheduler)
    const running = member.run(tables, Transaction, replay)
    const second = member.attempt
    let isCut = false
    const callOff = scheduler.after(limitMs, () => {
      isCut = true
      second.depart({ kind: 'footprint' })
    })
    await running
    callOff()
    member.attempt = first
    if (isCut) return undefined
    const differences = [
      ...readDifferences(asked, replay.asked),
      ...(second.departure?.kind === 'solo' ? [`the second run ${second.departure.reason}`] : []),
      ...(second.departure ? [] : differencesOf(first, second)),
    ]
    return differences.length === 0 ? undefined : notRepeatable(member.invocation.name, differences)
  }
}

function readDifferences(first: ReadonlySet<string>, second: ReadonlySet<string>): string[] {
  const more = [...second].filter((read) => !first.has(read))
  const missing = [...first].filter((read) => !second.has(read))
  return [
    ...more.map((read) => `${read} is read only the second time`),
    // A run that was ended by a read too many had no time for the others.
    ...(more.length > 0 ? [] : missing.map((read) => `${read} is read only the first time`)),
  ]
}

const rowText = (table: TableInfo, key: string): string => `${nameOf(table)}[${keyText(key)}]`

function listText({ table, conditions, result }: Shape, parameters: readonly string[]): string {
  const columns = conditions.map(({ column, operator }) => `${table.columns[column]!.property} ${operator}`)
  const values = parameters.map((value) => keyText(value))
  const where = columns.length === 0 ? '' : ` where ${columns.join(', ')} (${values.join(', ')})`
  return `a ${result === 'count' ? 'count' : 'list'} of ${nameOf(table)}${where}`
}

/** Differences that are shown. */
const SHOWN_MAX = 10

function notRepeatable(command: string, all: readonly string[]): KeelsonError {
  const differences = all.slice(0, SHOWN_MAX)
  if (all.length > SHOWN_MAX) differences.push(`and ${all.length - SHOWN_MAX} more`)
  const lines = differences.map((difference) => `  - ${difference}`).join('\n')
  return new KeelsonError('handler_not_repeatable', {
    message: `The handler of \`${command}\` did something else when it ran again on the same reads:\n${lines}\n${CAUSES}`,
    details: { differences },
  })
}
