/** What an application measures, put together from its rooms. */
import { groupSizes, measureEngine } from '../engine/engine-metrics.js'
import type { Database } from '../engine/database.js'
import type { Probe } from '../engine/context.js'
import type { Engine } from '../engine/engine.js'
import type { Waves } from '../engine/waves.js'
import { measureEvents } from '../events/event-metrics.js'
import type { Job } from '../jobs/job.js'
import { measureJobs } from '../jobs/job-metrics.js'
import { measureCommands, type NoteCommand } from '../operation/command-metrics.js'
import type { Connections } from '../postgres/connections.js'
import { measurePools } from '../postgres/pool-metrics.js'
import type { Log } from '../telemetry/log.js'
import { Metrics } from '../telemetry/metrics.js'

export interface Measures {
  readonly metrics: Metrics
  /** For the engine to be made. */
  readonly probe: Probe
  readonly noteCommand: NoteCommand
}

export function createMeasures(log: Log): Measures {
  const metrics = new Metrics((err) => log.warn({ err }, 'Some metrics could not be read.'))
  return { metrics, probe: groupSizes(metrics), noteCommand: measureCommands(metrics) }
}

export interface Measured {
  readonly engine: Engine
  readonly waves: Waves
  readonly database: Database
  /** Where work beside requests asks; what is measured shall not wait for requests. */
  readonly background: Connections
  readonly jobs: Iterable<Job>
}

export function measure(metrics: Metrics, { engine, waves, database, background, jobs }: Measured): void {
  measureEngine(metrics, engine, waves)
  measurePools(metrics, {
    single: database.connections,
    waves: database.waveConnections,
    groups: database.groupConnections,
    slow: database.slowConnections,
    readers: database.readerConnections,
    background,
  })
  measureEvents(metrics, background)
  measureJobs(metrics, background, jobs)
}
