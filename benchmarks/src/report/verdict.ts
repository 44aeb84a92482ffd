/** Whether our own reaches its targets, from the records of one run. */
import { OURS } from '../contenders/all.js'
import { TARGETS, type Target } from '../works.js'
import type { RaceRecord } from './record.js'

export interface Verdict {
  readonly target: Target
  /** What the target asks for, in words. */
  readonly wanted: string
  readonly reached: number
  readonly holds: boolean
}

/** Only of targets whose works were run, with both sides. A run with errors reaches none. */
export function verdictsOf(records: readonly RaceRecord[]): Verdict[] {
  return TARGETS.flatMap((target) => {
    const ours = records.find(
      ({ contender, work, connections }) =>
        contender === OURS && work === target.work && connections === target.connections,
    )
    const reached = (isThroughput(target) ? ours?.ratioToFastifyPg : ours?.latencyRatioToFastifyPg) ?? null
    if (!ours || reached === null) return []
    const enough = isThroughput(target) ? reached >= target.bound : reached <= target.bound
    return [{ target, wanted: wantedBy(target), reached, holds: enough && ours.errors === 0 }]
  })
}

const isThroughput = ({ measure }: Target): boolean => measure === 'throughput'

const wantedBy = (target: Target): string =>
  isThroughput(target) ? `≥ ${target.bound}× requests per second` : `≤ ${target.bound}× p50`
