/** One seed: engines over one database in memory, random commands, and whether a serial execution explains them. */
import { Engine } from '../../../src/engine/engine.js'
import { Seeded } from '../seeded.js'
import { VirtualTime } from '../virtual-time.js'
import { MemoryDatabase } from '../memory/database.js'
import { Faults, NO_FAULTS, type FaultRates } from '../memory/faults.js'
import { MemoryStore } from '../memory-store.js'
import { Drawer, IDS } from './commands.js'
import { NotingTransaction } from './engine-words.js'
import { Issue } from './issue.js'
import { findSerialOrder } from './serial-order.js'
import { stateText, type ModelState } from './state.js'
import { ANSWERS, CHECKS, INFOS, NOTES, TABLE_NAMES, TABLES } from './tables.js'
import type { ModelRow } from './words.js'

export interface Report {
  readonly seed: number
  readonly failure: string | undefined
  readonly issues: readonly Issue[]
  readonly trace: readonly string[]
  readonly steps: number
}

const STEPS_MAX = 60_000

export async function simulate(seed: number, traced = false): Promise<Report> {
  const simulation = new Simulation(seed, traced)
  const failure = await simulation.run().catch((error: unknown) => (error as Error).stack ?? String(error))
  return { seed, failure, issues: simulation.issues, trace: simulation.trace, steps: simulation.steps }
}

class Simulation {
  readonly issues: Issue[] = []
  readonly trace: string[] = []
  readonly #seeded: Seeded
  readonly #time: VirtualTime
  readonly #database = new MemoryDatabase()
  readonly #traced: boolean
  readonly #places = new Map<Issue, { groupId: string; at: number }>()
  #idCount = 0

  constructor(seed: number, traced: boolean) {
    this.#seeded = new Seeded(seed)
    this.#time = new VirtualTime(this.#seeded)
    this.#traced = traced
  }

  get steps(): number {
    return this.#time.steps
  }

  /** What is wrong, or undefined. */
  async run(): Promise<string | undefined> {
    this.#load()
    const initial = this.#state()
    const engines = this.#engines()
    const clients = this.#clients(engines)
    const ended = Promise.all(clients)
    let open = true
    void ended.finally(() => (open = false)).catch(() => undefined)
    await this.#time.run(() => !open, STEPS_MAX)
    await ended
    for (const [issue, { groupId, at }] of this.#places) issue.place = this.#database.markers.indexOf(groupId) + at / 1000
    return this.#judgeEffects() ?? this.#judgeOrder(initial)
  }

  #engines(): Engine[] {
    const seeded = this.#seeded
    const rates = this.#faultRates()
    const log = (line: string): void => this.#log(line)
    return Array.from({ length: 1 + seeded.int(3) }, () => {
      const surroundings = { time: this.#time, faults: new Faults(rates, seeded), trace: log }
      const store = new MemoryStore(this.#database, { tables: Object.values(INFOS), checks: CHECKS }, surroundings)
      return new Engine({
        store,
        tables: TABLES,
        Transaction: NotingTransaction,
        clock: this.#time,
        scheduler: this.#time,
        random: () => seeded.next(),
        newId: () => this.#newId(),
        groupsMax: 1 + seeded.int(2),
        membersMax: seeded.pick([2, 4, 300, 300]),
        rerunBudgetMs: 20,
        claimWaitMs: seeded.pick([10, 1_000_000]),
        patienceMs: 1_000_000,
        probe: {
          accepted: (groupId, { accepted, deferred, solo }) => {
            const list = (members: readonly { invocation: object }[]): string => members.map(({ invocation }) => this.#issueOf(invocation).index).join()
            log(`${groupId} accepts ${list(accepted.map(({ member }) => member))}; defers ${list(deferred)}; sends solo ${list(solo.map(({ member }) => member))}`)
          },
          committed: (groupId, accepted) => accepted.forEach(({ member }, at) => this.#places.set(this.#issueOf(member.invocation), { groupId, at })),
        },
      })
    })
  }

  readonly #byInvocation = new Map<object, Issue>()
  #issueOf(invocation: object): Issue {
    return this.#byInvocation.get(invocation)!
  }

  #faultRates(): FaultRates {
    const seeded = this.#seeded
    if (seeded.chance(0.5)) return NO_FAULTS
    const rate = (): number => (seeded.chance(0.5) ? seeded.pick([0.02, 0.1]) : 0)
    return { wave: rate(), slowWave: rate() * 3, lock: rate(), flush: rate(), lost: rate() * 2, resolve: rate() * 3 }
  }

  /** Each client sends one command after the other; some commands are sent twice, under one key. */
  #clients(engines: readonly Engine[]): Promise<void>[] {
    const seeded = this.#seeded
    const drawer = new Drawer(seeded)
    const keyed = seeded.chance(0.4) ? [drawer.command(), drawer.command()] : []
    const next = (): Issue => {
      const at = keyed.length > 0 && seeded.chance(0.4) ? seeded.int(keyed.length) : -1
      const issue = at >= 0 ? new Issue(this.issues.length, keyed[at]!, 'fg'[at]) : new Issue(this.issues.length, drawer.command(), undefined)
      this.issues.push(issue)
      return issue
    }
    return Array.from({ length: 2 + seeded.int(7) }, async () => {
      const engine = seeded.pick(engines)
      for (let left = 1 + seeded.int(3); left > 0; left--) {
        if (seeded.chance(0.3)) await this.#time.turn()
        await this.#send(engine, next())
      }
    })
  }

  async #send(engine: Engine, issue: Issue): Promise<void> {
    issue.sentAt = this.#time.steps
    const invocation = issue.invocation(this.#time)
    this.#byInvocation.set(invocation, issue)
    issue.answer = await engine.execute(invocation)
    issue.answeredAt = this.#time.steps
    this.#log(`#${issue.index} is answered`)
  }

  #load(): void {
    for (const table of TABLE_NAMES) {
      for (const id of IDS[table]) {
        if (this.#seeded.chance(0.3)) continue
        if (table === 'slots' && !this.#database.entity(INFOS.rooms, 'r')) continue
        const tuple = { rows: [id, '2'], names: [id, { k: 'x', l: 'y', m: null }[id] ?? null, '0'], rooms: [id, '1'], slots: [id, 'r', null] }[table]
        this.#database.load(INFOS[table], [tuple])
      }
    }
  }

  #state(): ModelState {
    const rowOf = (table: (typeof TABLE_NAMES)[number], tuple: readonly (string | null)[]): [string, ModelRow] => [
      tuple[0]!,
      Object.fromEntries(INFOS[table].columns.map(({ property, index, codec }) => [property, tuple[index] === null ? null : (codec.decode(tuple[index]!) as string | number)])),
    ]
    const rows = Object.fromEntries(TABLE_NAMES.map((table) => [table, new Map(this.#database.tuples(INFOS[table]).map((tuple) => rowOf(table, tuple)))]))
    const logs = new Map<string, string[]>()
    for (const [command, log, payload] of this.#database.effectsOf(NOTES)) if (log) logs.set(log, [...(logs.get(log) ?? []), `${command} ${payload}`])
    const answers = new Map(this.#database.effectsOf(ANSWERS).map(([key, answer]) => [key!, answer!]))
    return { rows: rows as unknown as ModelState['rows'], logs, answers }
  }

  /** A command that was accepted has left its notes once, any other none. */
  #judgeEffects(): string | undefined {
    const counts = new Map<string, number>()
    for (const [command] of this.#database.effectsOf(NOTES)) counts.set(command!, (counts.get(command!) ?? 0) + 1)
    for (const issue of this.issues) {
      const expected = issue.answer!.startsWith('{') && !issue.recalled ? null : 0
      const count = counts.get(String(issue.index)) ?? 0
      const most = issue.command.steps.filter((step) => step.do === 'note').length
      if (expected === 0 ? count > 0 : count > most) return `#${issue.index} has left ${count} notes.`
    }
    return undefined
  }

  async #judgeOrder(initial: ModelState): Promise<string | undefined> {
    const final = this.#state()
    const { found, order, state } = await findSerialOrder(this.issues, initial, final)
    if (found) return undefined
    return [
      `No serial order explains this history; the longest explains ${order.length} of ${this.issues.length}: ${order.map(({ index }) => index).join()}`,
      `at first:    ${stateText(initial)}`,
      `so explained: ${stateText(state)}`,
      `in the end:  ${stateText(final)}`,
    ].join('\n')
  }

  #newId(): string {
    return `00000000-0000-7000-8000-${String(++this.#idCount).padStart(12, '0')}`
  }

  #log(line: string): void {
    if (this.#traced) this.trace.push(`${this.#time.steps} ${line.replaceAll('00000000-0000-7000-8000-0000000', '')}`)
  }
}
