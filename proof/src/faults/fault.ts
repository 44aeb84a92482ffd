/** A fault: something that goes wrong outside of the service, for a while. */
import type { World } from '../world/world.js'
import type { Random } from '../workloads/workload.js'

export interface Fault {
  /** Kebab-case; the name in schedules, reports and `--faults`. */
  readonly name: string
  /** One sentence for the report. */
  readonly what: string
  /** What it breaks. Two faults are combined only where both say so and differ; a fault that does not say so runs alone. */
  readonly part?: 'apps' | 'postgres' | 'proxy' | 'sessions' | 'machine'
  /** The database may have to end deadlocks because of it; they are then no finding. */
  readonly mayDeadlock?: boolean
  /** Why it cannot be made here (no root, no tmpfs); undefined where it can. */
  unavailable?(world: World): Promise<string | undefined>
  /** Breaks, holds for its time, and mends again. Resolves when everything is mended; never leaves something broken. */
  run(world: World, random: Random): Promise<void>
}
