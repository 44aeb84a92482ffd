/**
 * The slow lane: members whose handlers wait for something outside, or whose lists take long. Each forms a group alone,
 * in a slot and on a connection of its own, so that nobody waits for its waiting but who needs its very rows. Groups and
 * slow members that want the same rows take turns.
 */
import { resumed, type Parked } from './gate.js'
import type { EngineContext } from './context.js'
import { runGroup, type GroupReport } from './group.js'
import { InFlight, type Holds } from './in-flight.js'
import type { Member } from './member.js'

/** Members of lists that take long are put here only while so few wait: under a load that slows all lists none is slow. */
const LISTS_WAITING_MAX = 32

interface Entry {
  readonly member: Member
  /** Its run, if it waits for its locks in the middle. */
  readonly parked: Parked | undefined
}

export class SlowLane {
  readonly #context: EngineContext
  readonly #slots: number
  readonly #runMs: number
  readonly #waiting: Entry[] = []
  #groups = 0

  /** `slots`: groups at once. `runMs`: how long one may run while it holds locks. */
  constructor(context: EngineContext, slots: number, runMs: number) {
    this.#context = context
    this.#slots = slots
    this.#runMs = runMs
  }

  get takesLists(): boolean {
    return this.#waiting.length < LISTS_WAITING_MAX
  }

  push(member: Member, parked?: Parked): void {
    this.#waiting.push({ member, parked })
  }

  /** Leads the next groups; members whose rows are held for long, by one of `held`, keep their place. */
  *next(held: ReadonlySet<Holds>): Generator<{ member: Member; holds: Holds; report: Promise<GroupReport> }> {
    while (this.#groups < this.#slots) {
      const at = this.#waiting.findIndex(({ member }) => ![...held].some((one) => one.blocks(member)))
      if (at < 0) return
      const [entry] = this.#waiting.splice(at, 1) as [Entry]
      this.#groups++
      const { member } = entry
      const holds = new InFlight([member])
      yield { member, holds, report: this.#lead(entry).finally(() => this.#groups--) }
    }
  }

  async #lead({ member, parked }: Entry): Promise<GroupReport> {
    if (parked === undefined) return runGroup([member], this.#context, true)
    remember(member, parked)
    try {
      return await runGroup([member], { ...this.#context, accept: resumed(parked, this.#runMs) }, true)
    } finally {
      // Where the locks could not be had it was never resumed.
      parked.attempt.depart({ kind: 'slow' })
    }
  }
}

/** What it has seen so far is locked too. */
function remember(member: Member, { attempt }: Parked): void {
  for (const [table, rows] of attempt.rows) {
    const keys = member.remembered.get(table) ?? new Set<string>()
    for (const key of rows.keys()) keys.add(key)
    member.remembered.set(table, keys)
  }
}
