/**
 * Rows are locked in no order: each in a statement of its own, shuffled.
 *
 * Anomaly: deadlock (Postgres has to end some, after `deadlock_timeout`). Two groups with two hot rows in common show it.
 */
import type { LockedGroup, LockPlan } from 'keelson/internals/engine/port'
import { GroupAround, StoreAround, type Tuple } from './store-around.js'
import type { Switch } from './switch.js'

function shuffled<T>(values: readonly T[]): T[] {
  return values
    .map((value) => ({ value, place: Math.random() }))
    .sort((left, right) => left.place - right.place)
    .map(({ value }) => value)
}

class WithoutLockOrder extends StoreAround {
  override async lock(plan: LockPlan): Promise<LockedGroup> {
    const single = shuffled(
      plan.rows.flatMap((locks, entry) =>
        locks.keys.map((key) => ({ entry, locks: { ...locks, keys: [key] } })),
      ),
    )
    const group = await this.inner.lock({ ...plan, rows: single.map(({ locks }) => locks) })
    const rows = plan.rows.map(() => new Map<string, Tuple>())
    single.forEach(({ entry }, at) => {
      for (const [key, tuple] of group.state.rows[at]!) rows[entry]!.set(key, tuple)
    })
    return new GroupAround(group, { ...group.state, rows })
  }
}

export const lockOrder: Switch = {
  name: 'lock-order',
  what: 'Groups lock their rows in no common order.',
  anomalies: ['deadlock'],
  // Not those with events: the locks of their keys come first, and keep their groups apart.
  workloads: ['pointers'],
  fault: undefined,
  parts: () => ({ store: (store) => new WithoutLockOrder(store) }),
}
