/**
 * A run that waits for its locks in the middle. What a member of the slow lane reads comes from waves, without locks,
 * up to the first read that was stale the last time: there it is parked until the locks of its former footprint are
 * held, and goes on over them. So a handler that waits before it reads what others want holds it for a moment only.
 */
import type { TableInfo } from '../schema/table.js'
import { conclude, holds, putOff, staleOf, type Accept } from './acceptance.js'
import { readId, rowId, type Attempt } from './attempt.js'
import { covers } from './coverage.js'
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
}

/** Step 3 for a parked run: it goes on over the locked rows, at most `limitMs`, and stands if all it saw is there. */
export function resumed({ gate, attempt, run }: Parked, limitMs: number): Accept {
  return async (members, overlay, tools) => {
    const [member] = members
    const nothing = { accepted: [], deferred: [], solo: [], rerunCount: 0 }
    if (member === undefined) return nothing
    const planned = member.attempt
    member.attempt = attempt
    // What it saw before the gate may have changed meanwhile; then nobody should wait for the rest.
    if (staleOf(attempt, overlay).next().done !== true) attempt.depart({ kind: 'footprint' })
    gate.open(overlay)
    const callOff = tools.scheduler.after(limitMs, () =>
      attempt.depart({ kind: 'solo', reason: 'its handler waits too long while it holds locks' }),
    )
    await run
    callOff()
    const { departure } = attempt
    if (departure?.kind === 'solo') return { ...nothing, solo: [{ member, reason: departure.reason }] }
    const stands = !attempt.storeError && holds(attempt, overlay) && covers(member, overlay)
    const done = stands ? conclude(member, overlay) : undefined
    if (done) return { ...nothing, accepted: [done] }
    putOff(member, attempt)
    if (attempt.outcome === undefined) member.attempt = planned
    if (member.slow) member.slow.locksFirst = true
    return { ...nothing, deferred: [member] }
  }
}
