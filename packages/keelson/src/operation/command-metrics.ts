/** Where the time of commands goes, and why some run solo. */
import { PHASES, type Facts, type Phase } from '../engine/facts.js'
import type { Series } from '../telemetry/histogram.js'
import type { Metrics } from '../telemetry/metrics.js'

const PHASE = 'keelson_phase'
const REASON = 'keelson_solo_reason'

/** Notes what became of a command. */
export type NoteCommand = (facts: Facts, name: string) => void

/** Times are in seconds; each command counts once for each phase that it went through. */
export function measureCommands(metrics: Metrics): NoteCommand {
  const durations = metrics.histogram({
    name: 'keelson_command_phase_duration_seconds',
    help: 'Time of commands by what it went on: speculate, queue, lock, accept, flush, solo.',
    labels: [PHASE],
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  })
  const solos = metrics.counter({
    name: 'keelson_solo_reasons_total',
    help: 'Commands that ran in a transaction of their own, by why.',
    labels: [REASON],
  })
  const byPhase = Object.fromEntries(
    PHASES.map((phase) => [phase, durations.series({ [PHASE]: phase })]),
  ) as Record<Phase, Series>
  return (facts) => {
    for (const phase of PHASES) if (facts[phase] > 0) byPhase[phase].observe(facts[phase] / 1000)
    if (facts.soloReason !== undefined) solos.inc({ [REASON]: facts.soloReason })
  }
}
