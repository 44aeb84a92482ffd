/**
 * Step 3: members are accepted one after another, in memory. A member whose observations still hold is accepted as it
 * ran; any other runs again on the locked rows and the overlay. Who leaves the locked footprint, or writes what memory
 * cannot judge, is put off to the next group.
 */
import { KeelsonError } from '../errors.js'
import type { Clock, Scheduler } from '../internal/clock.js'
import type { Tables } from '../schema/load.js'
import type { Tuple } from '../schema/table.js'
import { rowId, type Attempt, type Departure } from './attempt.js'
import { covers } from './coverage.js'
import type { Outcome } from './outcome.js'
import type { Member, TransactionClass } from './member.js'
import type { Overlay } from './overlay.js'
import { apply, foldWrites, mustWait } from './overlay-writes.js'
import { slow, type Slowness } from './slowness.js'

export interface Accepted {
  readonly member: Member
  readonly outcome: Outcome<unknown>
  readonly answer: unknown
}

export interface Acceptance {
  readonly accepted: readonly Accepted[]
  /** In order; each has run, or runs again from its next group on. */
  readonly deferred: readonly Member[]
  /** Members that must run solo, with the reason. */
  readonly solo: readonly { readonly member: Member; readonly reason: string }[]
  /** Runs that were repeated. */
  readonly rerunCount: number
}

export interface Tools {
  readonly tables: Tables
  readonly Transaction: TransactionClass
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly slowness: Slowness
  /** How long all re-runs of a group may take together, in milliseconds; what is left then is put off, unharmed. */
  readonly rerunBudgetMs: number
}

/** How a group's members are accepted: the seam at which the proof weakens the engine. */
export type Accept = (members: readonly Member[], overlay: Overlay, tools: Tools) => Promise<Acceptance>

/** A member put off more often than this runs solo. */
export const DEFERRALS_MAX = 2

/** Turns of the event loop after which a repeated run counts as one that waits. */
export const TURNS_MAX = 2

export async function accept(
  members: readonly Member[],
  overlay: Overlay,
  tools: Tools,
): Promise<Acceptance> {
  const accepted: Accepted[] = []
  const deferred: Member[] = []
  const solo: { member: Member; reason: string }[] = []
  const watch = new Watch(tools)
  let rerunCount = 0
  for (const member of members) {
    if (!holds(member.attempt, overlay)) {
      if (watch.isOver) {
        deferred.push(member)
        continue
      }
      rerunCount++
      member.facts.reruns++
      const departure = await repeat(member, overlay, watch, tools)
      if (departure?.kind === 'solo') {
        solo.push({ member, reason: departure.reason })
        continue
      }
      if (departure || !covers(member, overlay)) {
        putOff(member, member.attempt)
        deferred.push(member)
        continue
      }
    }
    const done = conclude(member, overlay)
    if (done) accepted.push(done)
    else {
      putOff(member, member.attempt)
      deferred.push(member)
    }
  }
  watch.end()
  return { accepted, deferred, solo, rerunCount }
}

/**
 * Runs the member again on the overlay, where a handler that only uses `tx` ends at once. One that waits for something
 * is left to the slow lane, with the run that had come to its end, since it says what to lock.
 */
async function repeat(
  member: Member,
  overlay: Overlay,
  watch: Watch,
  tools: Tools,
): Promise<Departure | undefined> {
  const before = member.attempt
  const { name } = member.invocation
  let departure: Departure | undefined = { kind: 'slow' }
  if (!member.slow?.waits && !tools.slowness.waits(name)) {
    const run = member.run(tools.tables, tools.Transaction, overlay)
    watch.on(member.attempt)
    departure = (await run).departure
    tools.slowness.ran(name, departure?.kind === 'slow')
  }
  if (departure?.kind !== 'slow') return departure
  member.attempt = before
  const state = (member.slow ??= slow())
  // Its locks, taken where it was stale, were not enough: now before all that it reads.
  state.locksFirst = state.waits
  state.waits = true
  for (const id of staleOf(before, overlay)) state.stale.add(id)
  return departure
}

/** The member goes to a later group, which locks what the run missed. */
export function putOff(member: Member, { missed }: Attempt): void {
  if (missed) {
    const keys = member.remembered.get(missed.table)
    if (keys) keys.add(missed.key)
    else member.remembered.set(missed.table, new Set([missed.key]))
  }
  member.deferrals++
  member.facts.deferrals++
}

/** The member's writes and answer, if they can stand behind those before it. */
export function conclude(member: Member, overlay: Overlay): Accepted | undefined {
  return mustWait(member, overlay) || restsOnAbsence(member, overlay) ? undefined : settle(member, overlay)
}

/**
 * Whether the member changes a row without having read it, which turns out not to exist: its refusal rests on that, so
 * that the absence must be guarded. Noted as seen, for the next group's locks.
 */
function restsOnAbsence({ attempt }: Member, overlay: Overlay): boolean {
  if (!attempt.outcome?.ok) return false
  let rests = false
  for (const { table, key } of attempt.writes) {
    if (attempt.inserts(table, key) || overlay.guard(table) === true) continue
    if (overlay.cell(table, key) !== undefined || overlay.base(table, key) !== null) continue
    attempt.sawRow(table, key, null)
    rests = true
  }
  return rests
}

/** Whether all that the run saw is what it would see now, after its predecessors in the group. */
export function holds(attempt: Attempt, overlay: Overlay): boolean {
  return !attempt.departure && attempt.outcome !== undefined && staleOf(attempt, overlay).next().done === true
}

/** What the run, so far, saw otherwise than it would see it now. */
export function* staleOf(attempt: Attempt, overlay: Overlay): Generator<string> {
  for (const [table, rows] of attempt.rows) {
    for (const [key, seen] of rows) {
      const now = overlay.row(table, key)
      if (now === undefined || !sameTuple(now, seen)) yield rowId(table, key)
    }
  }
  for (const [id, { read, tuples }] of attempt.reads) {
    const now = overlay.shaped(read.shape, read.parameters)
    const isSame =
      now !== undefined &&
      now.length === tuples.length &&
      now.every((tuple, at) => sameTuple(tuple, tuples[at]!))
    if (!isSame) yield id
  }
}

function sameTuple(left: Tuple | null, right: Tuple | null): boolean {
  if (left === right) return true
  if (left === null || right === null || left.length !== right.length) return false
  for (let at = 0; at < left.length; at++) if (left[at] !== right[at]) return false
  return true
}

/** Puts the member's writes on the overlay and computes its answer; a write that cannot be makes it a refusal. */
function settle(member: Member, overlay: Overlay): Accepted {
  const { attempt, invocation } = member
  let outcome = attempt.outcome!
  if (outcome.ok) {
    try {
      const folded = foldWrites(attempt, overlay)
      const answer = invocation.answer(outcome)
      apply(member, folded, overlay)
      return { member, outcome, answer }
    } catch (error) {
      outcome = {
        ok: false,
        error: error instanceof KeelsonError ? error : new KeelsonError('internal', { cause: error }),
      }
    }
  }
  return { member, outcome, answer: invocation.answer(outcome) }
}

/**
 * Over all re-runs of a group, since they happen while it holds locks. A handler that has not ended when the event loop
 * has turned waits for something; handlers that compute for long are bounded together.
 */
class Watch {
  readonly #tools: Tools
  #startedMs: number | undefined
  #watched: Attempt | undefined
  #turns = 0
  #ended = false

  constructor(tools: Tools) {
    this.#tools = tools
  }

  get isOver(): boolean {
    return (
      this.#startedMs !== undefined && this.#tools.clock.now() - this.#startedMs >= this.#tools.rerunBudgetMs
    )
  }

  on(attempt: Attempt): void {
    this.#watched = attempt
    this.#turns = 0
    if (this.#startedMs !== undefined) return
    this.#startedMs = this.#tools.clock.now()
    this.#look()
  }

  end(): void {
    this.#ended = true
  }

  #look(): void {
    this.#tools.scheduler.soon(() => {
      if (this.#ended) return
      if (++this.#turns >= TURNS_MAX) this.#watched?.depart({ kind: 'slow' })
      this.#look()
    })
  }
}
