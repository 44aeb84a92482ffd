/** The engine, and what is measured and traced of it. */
import { Engine } from '../engine/engine.js'
import { PostgresStore } from '../engine/postgres-store/store.js'
import { Waves } from '../engine/waves.js'
import { systemScheduler } from '../internal/clock.js'
import { within } from '../lifecycle/lifecycle.js'
import type { NoteCommand } from '../operation/command-metrics.js'
import { traceCommands } from '../operation/command-spans.js'
import { CommandTransaction } from '../operation/command-transaction.js'
import type { Metrics } from '../telemetry/metrics.js'
import { openTracing, type Tracing } from '../telemetry/tracing.js'
import type { Ground } from './ground.js'
import { createMeasures, measure } from './measure.js'
import type { Plan } from './plan.js'
import type { EngineParts } from './server.js'

export interface EnginePart {
  readonly engine: Engine
  readonly waves: Waves
  readonly metrics: Metrics
  readonly tracing: Tracing | undefined
  readonly noteCommand: NoteCommand
}

export async function openEngine(plan: Plan, ground: Ground, parts: EngineParts): Promise<EnginePart> {
  const { config, log, lifecycle, development, prepared } = plan
  const { database, tables, background } = ground
  const own = new PostgresStore(database)
  const store = parts.store?.(own) ?? own
  const waves = new Waves(store, systemScheduler, { connections: database.waveConnections.max })
  const { metrics, probe, noteCommand } = createMeasures(log)
  const engine = new Engine({
    store,
    tables,
    waves,
    Transaction: CommandTransaction,
    accept: parts.accept,
    probe,
    // One is left for callers' keys, health and the fate of lost groups.
    solosMax: Math.max(1, database.connections.max - 1),
    resolveMs: parts.resolveMs,
    rehearse: development,
    development,
    onEffects: (effects) => {
      for (const { name } of effects) background.wakeUps.signal(name)
    },
  })
  measure(metrics, { engine, waves, database, background: background.connections, jobs: prepared.jobs })
  lifecycle.started('the engine', () => within(config.drainTimeoutMs, engine.drain()))
  const tracing = await openTracing()
  return { engine, waves, metrics, tracing, noteCommand: noting(noteCommand, tracing) }
}

function noting(noteCommand: NoteCommand, tracing: Tracing | undefined): NoteCommand {
  if (tracing === undefined) return noteCommand
  const trace = traceCommands(tracing)
  return (facts, name) => {
    noteCommand(facts, name)
    trace(facts, name)
  }
}
