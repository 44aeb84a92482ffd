/**
 * A second run of each handler, in development and tests, on exactly the reads of the first. A handler may run more than
 * once before its command takes effect; one that does something else each time is found out here, with what differs,
 * rather than under load.
 *
 * Commands that run solo are not rehearsed: their SQL cannot be played back.
 */
import { KeelsonError } from '../errors.js'
import { pause } from '../internal/clock.js'
import type { EngineContext } from './context.js'
import { differencesOf } from './differences.js'
import type { Member } from './member.js'
import { Recorder, Replay } from './playback.js'
import type { Source } from './run.js'

/**
 * How much longer than the first run the second may take, in milliseconds. One that waits for longer is given up, and
 * the command goes on: it is slow, which is no difference yet.
 */
export const GRACE_MS = 1000

const CAUSES =
  'Between two runs only what a handler reads through tx may change. The usual causes: Date.now() and new Date() (use `now`), Math.random() and crypto.randomUUID() (use `id()`, or give the value in the input), a default of the input that is made anew each time, a variable outside of the handler.'

export class Rehearsal {
  readonly #recorder: Recorder
  readonly #context: EngineContext
  readonly #beganMs: number

  constructor(source: Source, context: EngineContext) {
    this.#context = context
    this.#recorder = new Recorder(source, context.clock)
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
    const replay = new Replay(this.#recorder, first, { scheduler, clock })
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
