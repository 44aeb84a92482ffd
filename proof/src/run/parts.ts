/**
 * What a run is made of: workloads, faults, switches, and how to start a world and a load. They are handed in, so that the
 * run knows only their shapes, and its tests can do without processes and Postgres.
 */
import type { Fault } from '../faults/fault.js'
import type { Operation } from '../history/operation.js'
import type { Switch } from '../switches/switch.js'
import type { AppProcess, World } from '../world/world.js'
import type { Random, Workload } from '../workloads/workload.js'

export interface Parts {
  /** A new set for each world: workloads remember what they have asked for. */
  readonly createWorkloads: () => readonly Workload[]
  readonly faults: readonly Fault[]
  readonly switches: readonly Protection[]
  /** Resolves when all processes are ready on an empty database, with the service's tables made. */
  openWorld(options: WorldOptions): Promise<OpenWorld>
  startLoad(options: LoadOptions): Load
}

/** A switch as a run sees it: what it turns off is the service's matter. */
export type Protection = Omit<Switch, 'parts'>

export interface WorldOptions {
  /** How many processes of the service. */
  readonly processes: number
  /** For every process of the service, over all its lives. */
  readonly env: Readonly<Record<string, string>>
  /** Aborted when the run is broken off; `pause` then resolves at once. */
  readonly signal: AbortSignal
  /** How long the fault `long-transaction` holds its snapshot. */
  readonly longTransactionMs?: number
  readonly note: (message: string) => void
}

export interface OpenWorld extends World {
  /** Processes of the service that ended without being told to: one line each, with what they last said. */
  unexpectedExits(): readonly string[]
  /** Ends everything and removes its files. */
  close(): Promise<void>
}

export interface LoadOptions {
  readonly workloads: readonly Workload[]
  readonly apps: readonly AppProcess[]
  /** Requests under way at a time. */
  readonly clients: number
  /** One stream for each client. */
  readonly randomOf: (client: number) => Random
  /** The run's clock, for `invokedMs` and `completedMs`. */
  readonly nowMs: () => number
  /** For `Operation.id`. */
  readonly nextId: () => number
  /** Called once for every request, when it was answered or given up. */
  readonly record: (operation: Operation) => void
}

/** Clients that run from the moment they are made. Commands with a key are sent again until they are known. */
export interface Load {
  /** Requests under way, and commands whose outcome is still unknown. */
  readonly outstanding: number
  /** No new commands. Those under way and the unknown ones go on to their end. */
  stop(): void
  /** Breaks off at once; what is under way is recorded as unknown. May be called again. */
  abort(): Promise<void>
}
