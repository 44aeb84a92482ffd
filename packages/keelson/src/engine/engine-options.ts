/** What an engine can be given, and the parts made of it that all of its rooms share. */
import { systemClock, systemScheduler, type Clock, type Scheduler } from '../internal/clock.js'
import { idSource, type IdSource } from '../internal/ids.js'
import { systemRandom, type Random } from '../internal/random.js'
import type { Tables } from '../schema/load.js'
import { accept, type Accept } from './acceptance.js'
import { Calm } from './calm.js'
import type { EngineContext, Probe } from './context.js'
import type { TransactionClass } from './member.js'
import type { EffectTable, Store } from './port.js'
import { RecentRows } from './recent-rows.js'
import { Slowness } from './slowness.js'
import { Transaction } from './transaction.js'
import type { Waves } from './waves.js'

export interface EngineOptions {
  readonly store: Store
  readonly tables: Tables
  /** The class of `tx`. Default: Transaction. */
  readonly Transaction?: TransactionClass
  readonly clock?: Clock
  readonly scheduler?: Scheduler
  readonly random?: Random
  readonly newId?: IdSource
  readonly waves?: Waves
  /** Groups under way at once in this process. Default 2. */
  readonly groupsMax?: number
  /** Members of one group. Default 300. */
  readonly membersMax?: number
  /** Rows that one group may lock or write. Default 5,000. */
  readonly rowsMax?: number
  /** Commands under way in this process, beyond which new ones are refused as `overloaded`. Default 10,000. */
  readonly commandsMax?: number
  /** Solo commands under way at once. Default 4. */
  readonly solosMax?: number
  /** How long a command waits for the first one with its key, in milliseconds. Default 5,000. */
  readonly claimWaitMs?: number
  /** How long all re-runs of one group may take together, in milliseconds. Default 50. */
  readonly rerunBudgetMs?: number
  /** Groups of the slow lane under way at once. Default 2. */
  readonly slowGroupsMax?: number
  /** How long a member of the slow lane may run while it holds locks, in milliseconds. Default 5,000. */
  readonly slowRunMs?: number
  /** How long a command is tried again while the database fails, in milliseconds. Default 10,000. */
  readonly patienceMs?: number
  /**
   * How long the fate of a lost COMMIT is asked for, in milliseconds: longer than the server lets a transaction idle.
   * Default 15,000.
   */
  readonly resolveMs?: number
  readonly probe?: Probe
  /** Told, after the members were answered, to which tables of Keelson's own their commit has written. */
  readonly onEffects?: (tables: ReadonlySet<EffectTable>) => void
  /** Step 3. Default: `accept`; the proof weakens it, to show that it would notice. */
  readonly accept?: Accept
  /** Whether a command that reads in a loop fails, saying where, rather than being counted. Default: false. */
  readonly development?: boolean
  /**
   * For development and tests: each handler runs twice on the same reads and is kept from the network, and a command
   * whose runs differ fails. Default: false.
   */
  readonly rehearse?: boolean
}

/** What holds where nothing else is said. */
export const ENGINE_LIMITS = Object.freeze({
  groupsMax: 2,
  membersMax: 300,
  rowsMax: 5000,
  commandsMax: 10_000,
  claimWaitMs: 5000,
  rerunBudgetMs: 50,
  slowGroupsMax: 2,
  slowRunMs: 5000,
  patienceMs: 10_000,
  resolveMs: 15_000,
})

export function contextOf(options: EngineOptions, count: EngineContext['count']): EngineContext {
  const { store, tables, clock = systemClock, scheduler = systemScheduler, random = systemRandom } = options
  return {
    store,
    tables,
    Transaction: options.Transaction ?? Transaction,
    clock,
    scheduler,
    random,
    newId: options.newId ?? idSource(() => clock.now()),
    // Hard to convince: one that waits costs a group two turns of the loop, one that does not would wait for those that do.
    slowness: new Slowness(clock, { weight: 0.1, share: 0.9 }),
    rerunBudgetMs: options.rerunBudgetMs ?? ENGINE_LIMITS.rerunBudgetMs,
    patienceMs: options.patienceMs ?? ENGINE_LIMITS.patienceMs,
    resolveMs: options.resolveMs ?? ENGINE_LIMITS.resolveMs,
    probe: options.probe,
    onEffects: options.onEffects,
    accept: options.accept ?? accept,
    recent: new RecentRows(),
    calm: new Calm(clock),
    count,
  }
}
