/**
 * What a run saw in its waves counts as locked from then on. Rows that exist are locked and read again, but lists and
 * absences are neither guarded nor looked at again: whoever came in since the wave is not seen.
 *
 * Anomaly: G2 (write skew by lists and absences), more than without guards, as the window reaches back to the wave.
 */
import type { LockedGroup, LockPlan } from 'keelson/internals/engine/port'
import { GroupAround } from './store-around.js'
import type { Switch } from './switch.js'
import { WavesSeen } from './waves-seen.js'

class LockedInWaves extends WavesSeen {
  override async lock(plan: LockPlan): Promise<LockedGroup> {
    const group = await this.inner.lock({
      ...plan,
      guards: plan.guards.map(({ table }) => ({ table, exclusive: false })),
      reads: [],
    })
    try {
      const reads = await Promise.all(
        plan.reads.map(async ({ shape, parameters }) => {
          const seen = this.seenShape(shape, parameters)
          return seen ?? (await this.inner.readShape(shape, [parameters]))[0]!
        }),
      )
      const rows = plan.rows.map(({ table }, at) => {
        const present = [...group.state.rows[at]!].filter(([key]) => this.seenRow(table, key) !== null)
        return new Map(present)
      })
      return new GroupAround(group, { ...group.state, rows, reads })
    } catch (error) {
      await group.rollback()
      throw error
    }
  }
}

export const locksInWaves: Switch = {
  name: 'locks-in-waves',
  what: 'Lists and absences that a wave has shown count as locked from then on.',
  anomalies: ['G2', 'lost-effect'],
  workloads: ['slots', 'pairs'],
  fault: undefined,
  parts: () => ({ store: (store) => new LockedInWaves(store) }),
}
