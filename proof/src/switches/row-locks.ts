/**
 * Rows are read again, in the same place, but not locked.
 *
 * Anomaly: G-single (a lost update). Two groups on one hot row show it, of one process or of two.
 */
import type { LockedGroup, LockPlan } from 'keelson/internals/engine/port'
import { GroupAround, StoreAround } from './store-around.js'
import type { Switch } from './switch.js'

class WithoutRowLocks extends StoreAround {
  override async lock(plan: LockPlan): Promise<LockedGroup> {
    const group = await this.inner.lock({ ...plan, rows: [] })
    try {
      const rows = await Promise.all(plan.rows.map(({ table, keys }) => this.inner.readRows(table, keys)))
      return new GroupAround(group, { ...group.state, rows })
    } catch (error) {
      await group.rollback()
      throw error
    }
  }
}

export const rowLocks: Switch = {
  name: 'row-locks',
  what: 'Rows are read again before the group is accepted, but nobody locks them.',
  anomalies: ['G-single', 'lost-effect', 'broken-invariant'],
  workloads: ['bank', 'append', 'counters'],
  fault: undefined,
  parts: () => ({ store: (store) => new WithoutRowLocks(store) }),
}
