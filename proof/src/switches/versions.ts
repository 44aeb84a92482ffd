/**
 * A group that goes in one burst does not compare: whatever version its rows have then is taken for the one it saw.
 *
 * Anomaly: G-single (a lost update by whoever committed between the wave and the burst). Load on two processes shows it.
 */
import type { BurstPlan, FlushResult } from 'keelson/internals/engine/port'
import { StoreAround } from './store-around.js'
import type { Switch } from './switch.js'

class WithoutComparison extends StoreAround {
  async commitInOneBurst(plan: BurstPlan): Promise<FlushResult | { readonly kind: 'disturbed' }> {
    const versions = await Promise.all(
      plan.locks.rows.map(async ({ table, keys }, at) => {
        const found = await this.inner.readRows(table, keys)
        return keys.map((key, place) => found.get(key)?.[table.columns.length] ?? plan.versions[at]![place]!)
      }),
    )
    return this.inner.commitInOneBurst!({ ...plan, versions })
  }
}

export const versions: Switch = {
  name: 'versions',
  what: 'A group that goes in one burst does not compare the versions of its rows with those it saw.',
  anomalies: ['G-single', 'lost-effect', 'broken-invariant'],
  workloads: ['bank', 'append', 'counters'],
  fault: undefined,
  parts: () => ({ store: (store) => new WithoutComparison(store) }),
}
