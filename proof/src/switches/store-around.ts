/** A store and a locked group that pass everything on; a switch changes the one thing that it is about. */
import type {
  EffectRows,
  FlushPlan,
  FlushResult,
  LockedGroup,
  LockedState,
  LockPlan,
  Shape,
  SoloPlan,
  SoloSession,
  Store,
  Violation,
  Write,
} from 'keelson/internals/engine/port'

type Table = LockPlan['rows'][number]['table']
export type Tuple = LockedState['reads'][number][number]
export type TableInfo = Table

export class StoreAround implements Store {
  protected readonly inner: Store

  constructor(inner: Store) {
    this.inner = inner
  }

  readRows(table: Table, keys: readonly string[]): Promise<ReadonlyMap<string, Tuple>> {
    return this.inner.readRows(table, keys)
  }

  readShape(
    shape: Shape,
    parameters: readonly (readonly string[])[],
  ): Promise<readonly (readonly Tuple[])[]> {
    return this.inner.readShape(shape, parameters)
  }

  lock(plan: LockPlan): Promise<LockedGroup> {
    return this.inner.lock(plan)
  }

  solo(plan: SoloPlan): Promise<SoloSession> {
    return this.inner.solo!(plan)
  }

  resolve(...lost: Parameters<Store['resolve']>): Promise<'committed' | 'never'> {
    return this.inner.resolve(...lost)
  }

  isRetryable(error: unknown): boolean {
    return this.inner.isRetryable(error)
  }

  violationOf(error: unknown): Violation | undefined {
    return this.inner.violationOf(error)
  }
}

/** A locked group with another state, and the ends of the given one. */
export class GroupAround implements LockedGroup {
  readonly state: LockedState
  protected readonly inner: LockedGroup

  constructor(inner: LockedGroup, state: LockedState = inner.state) {
    this.inner = inner
    this.state = state
  }

  flush(plan: FlushPlan): Promise<FlushResult> {
    return this.inner.flush(plan)
  }

  flushAlone(
    groupId: string,
    writes: readonly Write[],
    effects: readonly EffectRows[],
    instead: (violation: Violation) => readonly EffectRows[] | undefined,
  ): Promise<FlushResult | { readonly kind: 'refused'; readonly violation: Violation }> {
    return this.inner.flushAlone(groupId, writes, effects, instead)
  }

  rollback(): Promise<void> {
    return this.inner.rollback()
  }
}
