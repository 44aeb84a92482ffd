/** A store that passes everything on and remembers what was asked of it. */
import type {
  EffectRows,
  FlushPlan,
  FlushResult,
  LockedGroup,
  LockPlan,
  Shape,
  SoloPlan,
  SoloSession,
  Store,
  Violation,
  Write,
} from '../../src/engine/port.js'
import type { Backend } from '../../src/postgres/connection.js'
import type { TableInfo, Tuple } from '../../src/schema/table.js'

export class SpyStore implements Store {
  readonly #store: Store
  /** Waves, by kind. */
  waves: ('rows' | 'shape')[] = []
  lockPlans: LockPlan[] = []
  flushPlans: FlushPlan[] = []
  /** Groups of one that were flushed under a savepoint. */
  aloneCount = 0
  soloCount = 0
  /** Whether the store may end the backend of a lost group; where not, it is as behind a pooler. */
  endsBackends = true
  /** Stands between the engine and the fate of lost groups. */
  resolves: (ask: () => Promise<'committed' | 'never'>) => Promise<'committed' | 'never'> = (ask) => ask()
  /** Awaited when a group holds its locks. */
  locked: () => Promise<void> = () => Promise.resolve()

  constructor(store: Store) {
    this.#store = store
  }

  reset(): void {
    this.waves = []
    this.lockPlans = []
    this.flushPlans = []
    this.aloneCount = 0
    this.soloCount = 0
    this.endsBackends = true
    this.resolves = (ask) => ask()
  }

  readRows(table: TableInfo, keys: readonly string[]): Promise<ReadonlyMap<string, Tuple>> {
    this.waves.push('rows')
    return this.#store.readRows(table, keys)
  }

  readShape(
    shape: Shape,
    parameters: readonly (readonly string[])[],
  ): Promise<readonly (readonly Tuple[])[]> {
    this.waves.push('shape')
    return this.#store.readShape(shape, parameters)
  }

  async lock(plan: LockPlan): Promise<LockedGroup> {
    this.lockPlans.push(plan)
    const locked = await this.#store.lock(plan)
    await this.locked()
    return {
      state: locked.state,
      flush: (flushPlan: FlushPlan): Promise<FlushResult> => {
        this.flushPlans.push(flushPlan)
        return locked.flush(flushPlan)
      },
      flushAlone: (
        groupId: string,
        writes: readonly Write[],
        effects: readonly EffectRows[],
        instead: (violation: Violation) => readonly EffectRows[] | undefined,
      ) => {
        this.aloneCount++
        return locked.flushAlone(groupId, writes, effects, instead)
      },
      rollback: () => locked.rollback(),
    }
  }

  solo(plan: SoloPlan): Promise<SoloSession> {
    this.soloCount++
    return this.#store.solo!(plan)
  }

  resolve(groupId: string, backend?: Backend): Promise<'committed' | 'never'> {
    return this.resolves(() => this.#store.resolve(groupId, this.endsBackends ? backend : undefined))
  }

  isRetryable(error: unknown): boolean {
    return this.#store.isRetryable(error)
  }

  violationOf(error: unknown): Violation | undefined {
    return this.#store.violationOf(error)
  }
}
