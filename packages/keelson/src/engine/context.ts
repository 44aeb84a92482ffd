/** What the parts of the engine share. */
import type { Clock, Scheduler } from '../internal/clock.js'
import type { IdSource } from '../internal/ids.js'
import type { Random } from '../internal/random.js'
import type { Tables } from '../schema/load.js'
import type { Accept, Acceptance, Accepted } from './acceptance.js'
import type { Calm } from './calm.js'
import type { TransactionClass } from './member.js'
import type { EffectTable, Store } from './port.js'
import type { RecentRows } from './recent-rows.js'
import type { Slowness } from './slowness.js'

export type Counter =
  | 'groups'
  | 'members'
  | 'bursts'
  | 'disturbed'
  | 'reruns'
  | 'deferrals'
  | 'slowMembers'
  | 'manyWaves'
  | 'solos'
  | 'retries'
  | 'claimsWaiting'
  | 'bisections'
  | 'resolved'

/** What tests and metrics may watch. */
export interface Probe {
  accepted?(groupId: string, acceptance: Acceptance): void
  committed?(groupId: string, accepted: readonly Accepted[]): void
}

export interface EngineContext {
  readonly store: Store
  readonly tables: Tables
  readonly Transaction: TransactionClass
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly random: Random
  readonly newId: IdSource
  readonly slowness: Slowness
  /** How long all re-runs of one group may take together, in milliseconds. */
  readonly rerunBudgetMs: number
  /** How long a command is tried again while the database cannot be reached, in milliseconds. */
  readonly patienceMs: number
  /** How long the fate of a lost COMMIT is asked for, in milliseconds. */
  readonly resolveMs: number
  readonly probe: Probe | undefined
  readonly onEffects: ((tables: ReadonlySet<EffectTable>) => void) | undefined
  readonly accept: Accept
  readonly recent: RecentRows
  readonly calm: Calm
  count(counter: Counter, by?: number): void
}

/** Says what was committed to whoever works on it. */
export function tellEffects(accepted: readonly Accepted[], { onEffects }: EngineContext): void {
  if (onEffects === undefined) return
  const tables = new Set<EffectTable>()
  for (const { member, outcome } of accepted)
    if (outcome.ok) for (const table of member.attempt.effects.keys()) tables.add(table)
  if (tables.size > 0) onEffects(tables)
}
