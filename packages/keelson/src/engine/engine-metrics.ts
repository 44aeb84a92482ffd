/** What the engine does with commands: groups, waves, and what had to be done again. */
import type { Metrics } from '../telemetry/metrics.js'
import type { Counter, Probe } from './context.js'
import type { Engine } from './engine.js'
import type { Waves } from './waves.js'

const COUNTERS: Readonly<Partial<Record<Counter, readonly [name: string, help: string]>>> = {
  groups: ['keelson_groups_total', 'Groups that were formed, of one transaction each.'],
  members: ['keelson_group_members_total', 'Commands that took part in groups.'],
  reruns: ['keelson_reruns_total', 'Runs of handlers on locked rows, since what they had read had changed.'],
  deferrals: ['keelson_deferrals_total', 'Commands that were put off to a later group.'],
  slowMembers: ['keelson_slow_members_total', 'Groups of one for commands that wait for something.'],
  manyWaves: ['keelson_many_waves_total', 'Commands that read in a loop.'],
  solos: ['keelson_solos_total', 'Commands that ran in a transaction of their own.'],
  retries: ['keelson_retries_total', 'Groups and solo runs that the database undid, tried again.'],
  claimsWaiting: ['keelson_claims_waiting_total', 'Commands whose Idempotency-Key another process held.'],
  bisections: ['keelson_bisections_total', 'Groups that were split, since a member broke a constraint.'],
  resolved: ['keelson_resolved_commits_total', 'COMMITs that got lost and were asked after.'],
}

const SIZES = [1, 2, 5, 10, 20, 50, 100, 200, 300]

/** The probe through which the sizes of groups are learnt; made before the engine is. */
export function groupSizes(metrics: Metrics): Probe {
  const sizes = metrics
    .histogram({
      name: 'keelson_group_size',
      help: 'Commands that were committed together.',
      buckets: SIZES,
    })
    .series({})
  return { committed: (_groupId, accepted) => sizes.observe(accepted.length) }
}

export function measureEngine(metrics: Metrics, engine: Engine, waves: Waves): void {
  for (const [counter, [name, help]] of Object.entries(COUNTERS))
    metrics.counted({ name, help }, (counted) => counted.inc(engine.counters.get(counter as Counter) ?? 0))
  metrics.counted(
    { name: 'keelson_waves_total', help: 'Statements that coalesced reads went out in.' },
    (sent) => sent.inc(waves.traffic.waves),
  )
  metrics.counted({ name: 'keelson_wave_reads_total', help: 'Reads that went out in waves.' }, (sent) =>
    sent.inc(waves.traffic.reads),
  )
  metrics.gauge({ name: 'keelson_commands_active', help: 'Commands under way in the engine.' }, (gauge) =>
    gauge.set(engine.commandsUnderWay),
  )
}
