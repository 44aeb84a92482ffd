/**
 * Step 3: members are accepted one after another, in memory. A member whose observations still hold is accepted as it
 * ran; any other runs again on the locked rows and the overlay. Who leaves the locked footprint, or writes what memory
 * cannot judge, is put off to the next group.
 */
import { KeelsonError } from '../errors.js'
import type { Scheduler } from '../internal/clock.js'
import type { Tables } from '../schema/load.js'
import type { Tuple } from '../schema/table.js'
import type { Attempt } from './attempt.js'
import { covers } from './coverage.js'
import type { Outcome } from './outcome.js'
import type { Member, TransactionClass } from './member.js'
import type { Overlay } from './overlay.js'
import { apply, foldWrites, mustWait } from './overlay-writes.js'

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
  readonly scheduler: Scheduler
  /** How long all re-runs of a group may take together, in milliseconds. */
  readonly rerunBudgetMs: number
}

/** How a group's members are accepted: the seam at which the proof weakens the engine. */
export type Accept = (members: readonly Member[], overlay: Overlay, tools: Tools) => Promise<Acceptance>

/** A member put off more often than this runs solo. */
export const DEFERRALS_MAX = 2

export async function accept(
  members: readonly Member[],
  overlay: Overlay,
  tools: Tools,
): Promise<Acceptance> {
  const accepted: Accepted[] = []
  const deferred: Member[] = []
  const solo: { member: Member; reason: string }[] = []
  const budget = new Budget(tools)
  let rerunCount = 0
  for (const member of members) {
    if (!holds(member.attempt, overlay)) {
      if (budget.isSpent) {
        deferred.push(member)
        continue
      }
      rerunCount++
      const run = member.run(tools.tables, tools.Transaction, overlay)
      budget.watch(member.attempt)
      await run
      const { departure } = member.attempt
      if (departure?.kind === 'solo') {
        solo.push({ member, reason: departure.reason })
        continue
      }
      if (departure || !covers(member, overlay)) {
        putOff(member, deferred)
        continue
      }
    }
    const waits = mustWait(member, overlay) || restsOnAbsence(member, overlay)
    const done = waits ? undefined : settle(member, overlay)
    if (done) accepted.push(done)
    else putOff(member, deferred)
  }
  budget.end()
  return { accepted, deferred, solo, rerunCount }
}

function putOff(member: Member, deferred: Member[]): void {
  const { missed } = member.attempt
  if (missed) {
    const keys = member.remembered.get(missed.table)
    if (keys) keys.add(missed.key)
    else member.remembered.set(missed.table, new Set([missed.key]))
  }
  member.deferrals++
  deferred.push(member)
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
function holds(attempt: Attempt, overlay: Overlay): boolean {
  if (attempt.departure || attempt.outcome === undefined) return false
  for (const [table, rows] of attempt.rows) {
    for (const [key, seen] of rows) {
      const now = overlay.row(table, key)
      if (now === undefined || !sameTuple(now, seen)) return false
    }
  }
  for (const [, { read, tuples }] of attempt.reads) {
    const now = overlay.shaped(read.shape, read.parameters)
    if (now === undefined || now.length !== tuples.length) return false
    if (!now.every((tuple, at) => sameTuple(tuple, tuples[at]!))) return false
  }
  return true
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

/** One clock for all re-runs of a group, since they happen while it holds locks. It ends the run that overstays. */
class Budget {
  readonly #tools: Tools
  #watched: Attempt | undefined
  #cancel: (() => void) | undefined
  isSpent = false

  constructor(tools: Tools) {
    this.#tools = tools
  }

  watch(attempt: Attempt): void {
    this.#watched = attempt
    this.#cancel ??= this.#tools.scheduler.after(this.#tools.rerunBudgetMs, () => {
      this.isSpent = true
      this.#watched?.depart({
        kind: 'solo',
        reason: 'its handler waits for something while the group holds locks',
      })
    })
  }

  end(): void {
    this.#cancel?.()
  }
}
