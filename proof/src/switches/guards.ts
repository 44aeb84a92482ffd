/**
 * Tables are not guarded: neither lists nor absences are shielded from writers, though they are still read again after the
 * row locks.
 *
 * Anomaly: G2 (write skew: two rows that each rest on the other's absence). Load on two processes shows it, or on the two
 * groups that one process has under way.
 */
import type { LockedGroup, LockPlan } from 'keelson/internals/engine/port'
import { StoreAround } from './store-around.js'
import type { Switch } from './switch.js'

class WithoutGuards extends StoreAround {
  override lock(plan: LockPlan): Promise<LockedGroup> {
    return this.inner.lock({ ...plan, guards: [] })
  }
}

export const guards: Switch = {
  name: 'guards',
  what: 'No guard is taken on tables: lists and absences are read again, but nothing keeps them.',
  anomalies: ['G2', 'G-single', 'lost-effect', 'broken-invariant'],
  workloads: ['slots', 'pairs'],
  fault: undefined,
  parts: () => ({ store: (store) => new WithoutGuards(store) }),
}
