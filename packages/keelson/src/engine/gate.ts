/**
 * A run that waits for its locks in the middle. What a member of the slow lane reads comes from waves, without locks,
 * up to the first read that was stale the last time: there it is parked until the locks of its former footprint are
 * held, and goes on over them. So a handler that waits before it reads what others want holds it for a moment only.
 */
import type { TableInfo } from '../schema/table.js'
import {
  conclude,
  holds,
  putOff,
  staleOf,
  type Accept,
  type Acceptance,
  type Accepted,
  type Tools,
} from './acceptance.js'
import { readId, rowId, type Attempt, type Departure } from './attempt.js'
import { covers } from './coverage.js'
import type { Member } from './member.js'
import type { Overlay } from './overlay.js'
import type { Shape } from './port.js'
import type { Source } from './run.js'
import type { Slow } from './slowness.js'

export class Gate implements Source {
  readonly #waves: Source
  readonly #slow: Slow
  #locked: Source | undefined
  #reach!: () => void
  #open!: (locked: Source) => void
  #isReached = false
  /** A read waits for the locks. */
  readonly #reached: Promise<true>
  readonly #opened: Promise<Source>

  constructor(waves: Source, slow: Slow) {
    this.#waves = waves
    this.#slow = slow
    this.#reached = new Promise((resolve) => (this.#reach = () => resolve(true)))
    this.#opened = new Promise((resolve) => (this.#open = resolve))
  }

  /** Whether the run comes here before its end. */
  comesBefore(run: Promise<unknown>): Promise<boolean> {
    return Promise.race([this.#reached, run.then(() => false)])
  }

  /** From now on reads are told by what is locked. */
  open(locked: Source): void {
    this.#locked = locked
    this.#open(locked)
  }

  row(table: TableInfo, key: string): ReturnType<Source['row']> {
    if (this.#locked !== undefined) return this.#locked.row(table, key)
    if (!this.#stops(rowId(table, key))) return this.#waves.row(table, key)
    return this.#opened.then((locked) => locked.row(table, key))
  }

  shaped(shape: Shape, parameters: readonly string[]): ReturnType<Source['shaped']> {
    if (this.#locked !== undefined) return this.#locked.shaped(shape, parameters)
    if (!this.#stops(readId({ shape, parameters }))) return this.#waves.shaped(shape, parameters)
    return this.#opened.then((locked): ReturnType<Source['shaped']> => locked.shaped(shape, parameters))
  }

  #stops(read: string): boolean {
    if (!this.#isReached && (this.#slow.locksFirst || this.#slow.stale.has(read))) {
      this.#isReached = true
      this.#reach()
    }
    return this.#isReached
  }
}

/** A run under way that waits at its gate; the locks are planned by the attempt before it. */
export interface Parked {
  readonly gate: Gate
  readonly attempt: Attempt
  readonly run: Promise<Attempt>
  /** The attempt that planned the locks, once they are held. */
  planned?: Attempt
}

/**
 * Step 3 for parked runs: all go on at once over the locked rows, each for at most `limitMs`. When the last one has ended
 * they are accepted in order; one that saw what is no longer so, or is not so after its predecessors, is put off.
 */
export function resumed(parked: ReadonlyMap<Member, Parked>, limitMs: number): Accept {
  return async (members, overlay, tools) => {
    const departures = await Promise.all(
      members.map((member) => resume(member, parked.get(member)!, { limitMs, overlay, tools })),
    )
    const acceptance = { accepted: [] as Accepted[], deferred: [] as Member[], solo: [] as Departed[] }
    for (const [at, member] of members.entries()) {
      const departure = departures[at]
      if (departure?.kind === 'solo') {
        acceptance.solo.push({ member, reason: departure.reason })
        continue
      }
      const done = stands(member, overlay) ? conclude(member, overlay) : undefined
      if (done) acceptance.accepted.push(done)
      else acceptance.deferred.push(retreat(member, parked.get(member)!))
    }
    return { ...acceptance, rerunCount: 0 }
  }
}

type Departed = Acceptance['solo'][number]

interface Resuming {
  readonly limitMs: number
  readonly overlay: Overlay
  readonly tools: Tools
}

/** Lets the run go on to its end; how it departed, if it did. */
async function resume(
  member: Member,
  parked: Parked,
  { limitMs, overlay, tools }: Resuming,
): Promise<Departure | undefined> {
  const { gate, attempt, run } = parked
  parked.planned = member.attempt
  member.attempt = attempt
  // What it saw before the gate may have changed meanwhile; then nobody should wait for the rest.
  if (staleOf(attempt, overlay).next().done !== true) attempt.depart({ kind: 'footprint' })
  gate.open(overlay)
  const callOff = tools.scheduler.after(limitMs, () =>
    attempt.depart({ kind: 'solo', reason: 'its handler waits too long while it holds locks' }),
  )
  await run
  callOff()
  return attempt.departure
}

const stands = (member: Member, overlay: Overlay): boolean =>
  !member.attempt.storeError && holds(member.attempt, overlay) && covers(member, overlay)

/** Put off: its next run takes its locks before its first read. */
function retreat(member: Member, { attempt, planned }: Parked): Member {
  putOff(member, attempt)
  if (attempt.outcome === undefined && planned) member.attempt = planned
  if (member.slow) member.slow.locksFirst = true
  return member
}
