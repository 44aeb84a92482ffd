/**
 * After the locks nothing is read again: the group goes by what its waves brought last.
 *
 * Anomaly: G-single (a lost update by whoever committed between the wave and the lock), G2 by lists. Load on two processes
 * shows it at once.
 */
import type { LockedGroup, LockPlan } from 'keelson/internals/engine/port'
import { GroupAround, type Tuple } from './store-around.js'
import type { Switch } from './switch.js'
import { WavesSeen } from './waves-seen.js'

class WithoutSecondRead extends WavesSeen {
  override async lock(plan: LockPlan): Promise<LockedGroup> {
    const group = await this.inner.lock(plan)
    const rows = plan.rows.map(({ table, keys }, at) => {
      const stale = new Map<string, Tuple>(group.state.rows[at])
      for (const key of keys) {
        const seen = this.seenRow(table, key)
        // A row that has gone since cannot be written: that would show in the flush, not in the data.
        if (seen && stale.has(key)) stale.set(key, seen)
      }
      return stale
    })
    const reads = plan.reads.map(
      ({ shape, parameters }, at) => this.seenShape(shape, parameters) ?? group.state.reads[at]!,
    )
    return new GroupAround(group, { ...group.state, rows, reads })
  }
}

export const secondRead: Switch = {
  name: 'second-read',
  what: 'Nothing is read again after the locks: what the waves brought last counts.',
  anomalies: ['G-single', 'G2', 'lost-effect', 'broken-invariant'],
  workloads: ['bank', 'append', 'slots'],
  fault: undefined,
  parts: () => ({ store: (store) => new WithoutSecondRead(store) }),
}
