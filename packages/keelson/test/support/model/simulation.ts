/** One seed: engines over one database in memory, random commands, and whether a serial execution explains them. */
import type { Counter } from '../../../src/engine/context.js'
import { Engine } from '../../../src/engine/engine.js'
import { MemoryDatabase } from '../memory/database.js'
import { Faults, NO_FAULTS, type FaultRates } from '../memory/faults.js'
import { MemoryStore } from '../memory-store.js'
import { Seeded } from '../seeded.js'
import { VirtualTime } from '../virtual-time.js'
import { NotingTransaction } from './engine-words.js'
import { History, type Stored } from './history.js'
import type { Issue } from './issue.js'
import { ANSWERS, CHECKS, INFOS, NOTES, TABLE_NAMES, TABLES } from './tables.js'

export interface Report {
  readonly seed: number
  readonly failure: string | undefined
  readonly issues: readonly Issue[]
  readonly trace: readonly string[]
  readonly steps: number
  /** Of all engines together. */
  count(counter: Counter): number
}

const STEPS_MAX = 60_000

export async function simulate(seed: number, traced = false): Promise<Report> {
  const simulation = new Simulation(seed, traced)
  const failure = await simulation.run().catch((error: unknown) => (error as Error).stack ?? String(error))
  const { issues } = simulation.history
  const { trace, time, engines } = simulation
  const count = (counter: Counter): number =>
    engines.reduce((sum, { counters }) => sum + (counters.get(counter) ?? 0), 0)
  return { seed, failure, issues, trace, steps: time.steps, count }
}

class Simulation {
  readonly trace: string[] = []
  readonly time: VirtualTime
  readonly history: History
  engines: readonly Engine[] = []
  readonly #seeded: Seeded
  readonly #database = new MemoryDatabase()
  readonly #traced: boolean
  #idCount = 0

  constructor(seed: number, traced: boolean) {
    this.#seeded = new Seeded(seed)
    this.#traced = traced
    this.time = new VirtualTime(this.#seeded)
    this.history = new History({
      seeded: this.#seeded,
      scheduler: this.time,
      moment: () => this.time.steps,
      turn: () => this.time.turn(),
      prefix: '',
    })
  }

  /** What is wrong, or undefined. */
  async run(): Promise<string | undefined> {
    const rows = this.history.beginning()
    for (const table of TABLE_NAMES) this.#database.load(INFOS[table], rows[table])
    const before = this.#stored()
    this.engines = this.#engines()
    const unfolding = this.history.unfold(this.engines)
    let open = true
    void unfolding.finally(() => (open = false)).catch(() => undefined)
    await this.time.run(() => !open, STEPS_MAX)
    await unfolding
    const { circleCount } = this.#database
    if (circleCount > 0) return `Transactions waited for each other, ${circleCount} times.`
    return this.#judgeLogs() ?? this.history.judge(before, this.#stored())
  }

  #engines(): Engine[] {
    const seeded = this.#seeded
    const rates = this.#faultRates()
    return Array.from({ length: 1 + seeded.int(3) }, () => {
      const surroundings = {
        time: this.time,
        faults: new Faults(rates, seeded),
        trace: (line: string) => this.#log(line),
      }
      return new Engine({
        store: new MemoryStore(
          this.#database,
          { tables: Object.values(INFOS), checks: CHECKS },
          surroundings,
        ),
        tables: TABLES,
        Transaction: NotingTransaction,
        clock: this.time,
        scheduler: this.time,
        random: () => seeded.next(),
        newId: () => `00000000-0000-7000-8000-${String(++this.#idCount).padStart(12, '0')}`,
        groupsMax: 1 + seeded.int(2),
        membersMax: seeded.pick([2, 4, 300, 300]),
        rerunBudgetMs: 20,
        claimWaitMs: seeded.pick([10, 1_000_000]),
        patienceMs: 1_000_000,
        probe: {
          accepted: (groupId, { accepted, deferred, solo }) => {
            const list = (members: readonly { invocation: object }[]): string =>
              members.map(({ invocation }) => this.history.issueOf(invocation)!.index).join()
            this.#log(
              `${groupId} accepts ${list(accepted.map(({ member }) => member))}; defers ${list(deferred)}; sends solo ${list(solo.map(({ member }) => member))}`,
            )
          },
          committed: (groupId, accepted) =>
            this.history.place(accepted, this.#database.markers.indexOf(groupId)),
        },
      })
    })
  }

  /** Half of the seeds see no faults, so that the others cannot hide what goes wrong without. */
  #faultRates(): FaultRates {
    const seeded = this.#seeded
    if (seeded.chance(0.5)) return NO_FAULTS
    const rate = (): number => (seeded.chance(0.5) ? seeded.pick([0.02, 0.1]) : 0)
    return {
      wave: rate(),
      slowWave: rate() * 3,
      lock: rate(),
      flush: rate(),
      lost: rate() * 2,
      resolve: rate() * 3,
    }
  }

  /** Notes of one log become visible in the order of their numbers: who has read up to one misses none. */
  #judgeLogs(): string | undefined {
    const last = new Map<string, number>()
    for (const row of this.#database.effectsOf(NOTES)) {
      const log = row[1]
      const number = this.#database.numberOf(row)
      if (log && number < (last.get(log) ?? 0))
        return `A note of log ${log} became visible after one with a higher number.`
      if (log) last.set(log, number)
    }
    return undefined
  }

  #stored(): Stored {
    return {
      rows: Object.fromEntries(
        TABLE_NAMES.map((table) => [table, this.#database.tuples(INFOS[table])]),
      ) as unknown as Stored['rows'],
      notes: [...this.#database.effectsOf(NOTES)],
      answers: [...this.#database.effectsOf(ANSWERS)],
    }
  }

  #log(line: string): void {
    if (this.#traced)
      this.trace.push(`${this.time.steps} ${line.replaceAll('00000000-0000-7000-8000-0000000', '')}`)
  }
}
