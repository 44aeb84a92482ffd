/**
 * Members are accepted as they ran: nobody asks whether what they saw still holds after their predecessors in the group.
 *
 * Anomaly: G-single (a lost update: two transfers make one version of an account), lost effects in lists. Load alone shows
 * it, as soon as one group has two members on one row.
 */
import { accept, type Accept } from 'keelson/internals/engine/acceptance'
import type { Switch } from './switch.js'

type Attempt = Parameters<Accept>[0][number]['attempt']

/** Nothing that was seen is left to be compared. */
function forgetReads(attempt: Attempt): void {
  attempt.rows.clear()
  attempt.reads = new Map()
}

const acceptAsRan: Accept = (members, overlay, tools) => {
  for (const { attempt } of members) if (attempt.outcome !== undefined) forgetReads(attempt)
  return accept(members, overlay, tools)
}

export const rerunsOnOverlay: Switch = {
  name: 'reruns-on-overlay',
  what: 'A member is accepted as it ran, whatever its predecessors in the group have changed.',
  anomalies: ['G-single', 'G2', 'lost-effect', 'broken-invariant'],
  workloads: ['bank', 'append', 'slots'],
  fault: undefined,
  parts: () => ({ accept: acceptAsRan }),
}
