/** What faults act on: the processes of the service, the proxy before the database, the database itself. */
import type { Sql } from '../workloads/workload.js'

export interface AppProcess {
  readonly name: string
  /** Base URL; stays the same over restarts. */
  readonly url: string
  readonly isRunning: boolean
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>
  /** SIGSTOP and SIGCONT. */
  pause(): void
  resume(): void
  /** Starts it if it is not running; resolves when it is ready. `env` is added for this life only. */
  start(env?: Readonly<Record<string, string>>): Promise<void>
  /** Resolves when it has ended by itself, as a failpoint makes it, or after this time; says which. */
  ended(withinMs: number): Promise<boolean>
}

export interface PostgresProcess {
  /** Past the proxy. */
  readonly directUrl: string
  /** `fast` and `immediate` as pg_ctl means them; `kill` is SIGKILL to the postmaster (and so a crash). */
  stop(how: 'fast' | 'immediate' | 'kill'): Promise<void>
  /** Same port, same data; resolves when it accepts connections, or rejects. */
  start(): Promise<void>
  pause(): void
  resume(): void
  readonly isRunning: boolean
}

/** A TCP proxy between the service and Postgres; understands as much of the wire protocol as it must. */
export interface Proxy {
  /** What the service connects to. */
  readonly url: string
  /** Resets all connections (RST). */
  reset(): void
  /** Swallows what passes, both ways, without closing; new connections are accepted and swallowed as well. */
  blackHole(on: boolean): void
  /** Closes the client's side only, so that the server goes on. */
  halfOpen(): void
  /** Cuts the next `count` connections right after they sent COMMIT to the server, before its answer passes. */
  cutAfterCommit(count: number): void
  /** Cuts the next `count` connections when they are about to send COMMIT: the server never sees it. */
  cutBeforeCommit(count: number): void
  /** Holds back what the client sends (a late burst) on the next `count` connections that send COMMIT: the client's side is cut at once, the bytes reach the server after `delayMs`. */
  lateCommit(count: number, delayMs: number): void
  /** Delay of each packet, in milliseconds. */
  delay(ms: number): void
  /** Refuses new connections. */
  refuse(on: boolean): void
  /** Everything as at the start. */
  mend(): void
  /** Connections cut by the COMMIT faults so far. */
  readonly commitsCut: number
}

export interface World {
  readonly apps: readonly AppProcess[]
  readonly postgres: PostgresProcess
  readonly proxy: Proxy
  /** Where the data lie on a file system so small that it can be filled; undefined where it is not. */
  readonly smallDisk: string | undefined
  /** Past the proxy; retries while the server is away. */
  readonly sql: Sql
  /** Resolves after this time, or when the run is broken off. */
  pause(ms: number): Promise<void>
  /** A line on the timeline. */
  note(message: string): void
}
