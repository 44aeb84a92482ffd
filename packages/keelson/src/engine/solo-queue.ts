/**
 * Solo commands that wait, and those under way. One that would only wait for the guards of another keeps its place, so
 * that it holds no connection; commands known to take long leave a slot to the others.
 */
import type { EngineContext } from './context.js'
import { SoloInFlight, type Holds } from './in-flight.js'
import type { Member } from './member.js'
import { Slowness } from './slowness.js'
import { runSolo, SoloKnowledge } from './solo.js'

/** From when on a solo command counts as one that takes long. */
const LONG_MS = 100
/** How long one keeps its place for the slow lane at most, in milliseconds: then it waits in the database, and others behind it. */
const PATIENCE_MS = 2000

interface Waiting {
  readonly member: Member
  readonly sinceMs: number
}

export interface Started {
  readonly holds: Holds
  readonly member: Member
  readonly end: ReturnType<typeof runSolo>
}

export class SoloQueue {
  readonly knowledge = new SoloKnowledge()
  readonly #context: EngineContext
  readonly #slots: number
  readonly #slowness: Slowness
  readonly #waiting: Waiting[] = []
  readonly #underWay = new Set<Holds>()
  #long = 0

  constructor(context: EngineContext, slots: number) {
    this.#context = context
    this.#slots = slots
    this.#slowness = new Slowness(context.clock, { weight: 0.3, share: 0.5 })
  }

  push(member: Member): void {
    this.#waiting.push({ member, sinceMs: this.#context.clock.now() })
  }

  /** Starts what can go; `held` is what slow members hold. */
  *next(held: ReadonlySet<Holds>): Generator<Started> {
    while (this.#underWay.size < this.#slots) {
      const at = this.#waiting.findIndex((waiting) => this.#mayGo(waiting, held))
      if (at < 0) return
      const [{ member }] = this.#waiting.splice(at, 1) as [Waiting]
      yield this.#start(member)
    }
  }

  #mayGo({ member, sinceMs }: Waiting, held: ReadonlySet<Holds>): boolean {
    const { name } = member.invocation
    if (this.#slots > 1 && this.#long >= this.#slots - 1 && this.#slowness.waits(name)) return false
    const guards = [...this.knowledge.guards(name).keys()]
    for (const other of this.#underWay) if (other.meets(guards)) return false
    if (this.#context.clock.now() - sinceMs >= PATIENCE_MS) return true
    for (const other of held) if (other.meets(guards)) return false
    return true
  }

  #start(member: Member): Started {
    const { clock } = this.#context
    const { name } = member.invocation
    const holds = new SoloInFlight([...this.knowledge.guards(name).keys()])
    const isLong = this.#slowness.waits(name)
    const startedMs = clock.now()
    this.#underWay.add(holds)
    if (isLong) this.#long++
    this.#context.count('solos')
    const end = runSolo(member, this.knowledge, this.#context).finally(() => {
      this.#underWay.delete(holds)
      if (isLong) this.#long--
      this.#slowness.ran(name, clock.now() - startedMs >= LONG_MS)
    })
    return { holds, member, end }
  }
}
