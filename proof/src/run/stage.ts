/**
 * A stage: one world with its fresh database and the history of what was done there. It serves one epoch, so that a long
 * run keeps a bounded history, and none after a finding, so that each finding is news.
 */
import type { Finding } from '../checker/finding.js'
import type { Operation } from '../history/operation.js'
import type { Workload } from '../workloads/workload.js'
import { DeadlockCounter, deadlockFinding } from './deadlocks.js'
import { wordsFor, type Lane } from './lane.js'
import type { OpenWorld } from './parts.js'
import { within } from './within.js'

/** Beyond this many requests the checks take longer than the load. */
const HISTORY_MAX = 400_000

export class Stage {
  readonly world: OpenWorld
  readonly epoch: number
  readonly workloads: readonly Workload[]
  readonly history: Operation[] = []
  readonly #deadlocks: DeadlockCounter
  readonly #lane: Lane
  #exitsSeen = 0
  #lastId = 0
  #isSpent = false
  #isTrusted = true
  #mayHaveDeadlocked = false

  private constructor(lane: Lane, epoch: number, { world, workloads, deadlocks }: Setting) {
    this.#lane = lane
    this.world = world
    this.epoch = epoch
    this.workloads = workloads
    this.#deadlocks = deadlocks
  }

  /** With the rows that the workloads need. */
  static async open(lane: Lane, epoch: number, env: Readonly<Record<string, string>>): Promise<Stage> {
    const { parts, processes, signal, limits, journal, longTransactionMs } = lane
    const note = (message: string): void => journal.note(message)
    const opened = parts.openWorld({ processes, env, signal, longTransactionMs, note })
    const world = await within(limits.openMs, 'The start of the world', opened).catch((error: unknown) => {
      // One that comes late is nobody's; its processes would stay for good.
      opened.then((late) => late.close()).catch(() => undefined)
      throw error
    })
    try {
      return new Stage(lane, epoch, await within(limits.openMs, 'Filling the database', furnish(lane, world)))
    } catch (error) {
      await world.close()
      throw error
    }
  }

  get isSpent(): boolean {
    return this.#isSpent || !this.#isTrusted || this.history.length > HISTORY_MAX
  }

  /** False once the proof itself went wrong here: what is seen from then on proves nothing. */
  get isTrusted(): boolean {
    return this.#isTrusted
  }

  distrust(): void {
    this.#isTrusted = false
  }

  nextId(): number {
    return ++this.#lastId
  }

  spend(): void {
    this.#isSpent = true
  }

  allowDeadlocks(): void {
    this.#mayHaveDeadlocked = true
  }

  /** Since the last call. */
  async deadlocks(): Promise<Finding[]> {
    const count = await this.#deadlocks.more()
    return this.#judged(count)
  }

  /** Since the last call. */
  crashes(): Finding[] {
    const all = this.world.unexpectedExits()
    const fresh = all.slice(this.#exitsSeen)
    this.#exitsSeen = all.length
    if (fresh.length === 0) return []
    return [
      {
        anomaly: 'crashed',
        workload: 'all',
        message: `${fresh.length} process${fresh.length === 1 ? '' : 'es'} of the service ended without being told to.`,
        evidence: fresh,
      },
    ]
  }

  /** The deadlocks that nobody had reported before the end. */
  async close(): Promise<Finding[]> {
    const { limits, journal, signal } = this.#lane
    try {
      if (this.#isSpent || !this.#isTrusted || signal.aborted) return []
      return this.#judged(
        await within(limits.closeMs, 'The last look at the deadlocks', this.#deadlocks.last()),
      )
    } catch (error) {
      journal.problem('the end of a world', wordsFor(error))
      return []
    } finally {
      await within(limits.closeMs, 'The end of the world', this.world.close()).catch((error: unknown) =>
        journal.problem('the end of a world', wordsFor(error)),
      )
    }
  }

  #judged(count: number): Finding[] {
    return count === 0 || this.#mayHaveDeadlocked ? [] : [deadlockFinding(count)]
  }
}

interface Setting {
  readonly world: OpenWorld
  readonly workloads: readonly Workload[]
  readonly deadlocks: DeadlockCounter
}

async function furnish({ parts, workloads: names, journal }: Lane, world: OpenWorld): Promise<Setting> {
  const workloads = parts.createWorkloads().filter(({ name }) => names.includes(name))
  for (const workload of workloads) await workload.seed(world.sql)
  const [row] = await world.sql<{ server_version: string }>('show server_version')
  journal.postgres = row?.server_version ?? 'unknown'
  return { world, workloads, deadlocks: await DeadlockCounter.open(world.sql) }
}
