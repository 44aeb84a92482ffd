/**
 * The slow lane: members whose handlers wait for something outside, or whose lists take long. They form groups of their own,
 * in slots and on connections of their own, so that nobody waits for their waiting but who needs their very rows. Those
 * that wait at their gates and want different rows wait together, in one group; groups and slow members that want the same
 * rows take turns.
 */
import { resumed, type Parked } from './gate.js'
import type { EngineContext } from './context.js'
import { runGroup } from './group.js'
import type { GroupReport } from './group-report.js'
import { InFlight, type Holds } from './in-flight.js'
import type { Member } from './member.js'

/** Members that wait together. All of them are held until the last one is done. */
export const TOGETHER_MAX = 100

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
  *next(
    held: ReadonlySet<Holds>,
  ): Generator<{ members: readonly Member[]; holds: Holds; report: Promise<GroupReport> }> {
    while (this.#groups < this.#slots) {
      const entries = this.#take(held)
      if (entries.length === 0) return
      this.#groups++
      const members = entries.map(({ member }) => member)
      yield {
        members,
        holds: new InFlight(members),
        report: this.#lead(entries).finally(() => this.#groups--),
      }
    }
  }

  /** The first that nobody holds up and, if it waits at its gate, all others that can wait with it. */
  #take(held: ReadonlySet<Holds>): Entry[] {
    const isFree = ({ member }: Entry): boolean => ![...held].some((one) => one.blocks(member))
    const at = this.#waiting.findIndex(isFree)
    if (at < 0) return []
    const taken = this.#waiting.splice(at, 1)
    const { member: first, parked } = taken[0]!
    if (parked === undefined || first.alone) return taken
    const left: Entry[] = []
    for (const entry of this.#waiting.splice(at)) {
      const { member } = entry
      const goes =
        taken.length < TOGETHER_MAX &&
        entry.parked !== undefined &&
        !member.alone &&
        member.groupKey === first.groupKey &&
        isFree(entry) &&
        !new InFlight(taken.map((one) => one.member)).blocks(member)
      if (goes) taken.push(entry)
      else left.push(entry)
    }
    this.#waiting.push(...left)
    return taken
  }

  async #lead(entries: readonly Entry[]): Promise<GroupReport> {
    const members = entries.map(({ member }) => member)
    const parked = new Map<Member, Parked>()
    for (const entry of entries) if (entry.parked) parked.set(entry.member, entry.parked)
    if (parked.size === 0) return runGroup(members, this.#context, true)
    for (const [member, run] of parked) remember(member, run)
    try {
      return await runGroup(members, { ...this.#context, accept: resumed(parked, this.#runMs) }, true)
    } finally {
      // Where the locks could not be had they were never resumed.
      for (const { attempt } of parked.values()) attempt.depart({ kind: 'slow' })
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
