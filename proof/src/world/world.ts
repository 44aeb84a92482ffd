/** What faults act on: the processes of the service, the proxy before the database, the database itself. */
import type { Sql } from '../workloads/workload.js'

/** Of one life of a process. */
export interface Death {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** The last of what it wrote to standard error. */
  readonly said: string
}

/** Added to the environment of a process for one life. */
export type LifeEnvironment = Readonly<Record<string, string>>

export interface AppProcess {
  readonly name: string
  /** Base URL; stays the same over restarts. */
  readonly url: string
  readonly isRunning: boolean
  /** Deaths that nobody ordered. One in which it was never ready is none: it may have found no database. */
  readonly endedByItself: readonly Death[]
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>
  /** SIGSTOP and SIGCONT. */
  pause(): void
  resume(): void
  /** Starts it if it is not running, again and again while it dies; resolves when it is ready, and rejects if it never is. */
  start(env?: LifeEnvironment): Promise<void>
  /** `kill` and `start` in one; nobody else's start comes between. */
  restart(env?: LifeEnvironment): Promise<void>
  /** Resolves to true when it is dead, to false when that takes longer. */
  hasDied(withinMs: number): Promise<boolean>
}

export interface PostgresProcess {
  /** Past the proxy. */
  readonly directUrl: string
  readonly isRunning: boolean
  /** `fast` and `immediate` as pg_ctl means them; `kill` is SIGKILL to the postmaster (and so a crash). */
  stop(how: 'fast' | 'immediate' | 'kill'): Promise<void>
  /** Same port, same data; resolves when it accepts connections, or rejects. Nothing happens if it runs. */
  start(): Promise<void>
  /** Starts it and kills it so long after it began to read its log. True if it was killed before it was ready. */
  startAndKill(afterMs: number): Promise<boolean>
  /** SIGSTOP and SIGCONT, to all of its processes. */
  pause(): void
  resume(): void
  /** The small disk that its data lie on; undefined where they lie on an ordinary one. */
  readonly disk: Disk | undefined
}

export interface Disk {
  /** Leaves so many bytes free. */
  fill(freeBytes: number): Promise<void>
  /** As at the start. */
  release(): Promise<void>
}

/** A TCP proxy between the service and Postgres; understands as much of the wire protocol as it must. */
export interface Proxy {
  /** What the service connects to. */
  readonly url: string
  /** Resets all connections (RST). */
  reset(): void
  /**
   * Swallows what passes, both ways, without closing; new connections are accepted and swallowed as well. Connections that
   * lost something are reset when it ends.
   */
  blackHole(on: boolean): void
  /** Closes the client's side only, so that the server goes on. The function that it returns closes the server's. */
  halfOpen(): () => void
  /**
   * Cuts the next `count` connections right after they sent COMMIT to the server, before its answer passes. The function
   * that it returns takes the order back, as far as it is not carried out.
   */
  cutAfterCommit(count: number): () => void
  /** Cuts the next `count` connections when they are about to send COMMIT: the server never sees it. */
  cutBeforeCommit(count: number): () => void
  /**
   * Holds back what the client sends on the next `count` connections that send COMMIT: the client's side is cut at once, the
   * bytes reach the server after `delayMs`. Either the whole burst is late, as is the default, or COMMIT alone.
   */
  lateCommit(count: number, delayMs: number, from?: 'burst' | 'commit'): () => void
  /** Delay of each packet, in milliseconds. */
  delay(ms: number): void
  /** Refuses new connections: they are reset. */
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
  /** Past the proxy; retries while the server is away. */
  readonly sql: Sql
  /** How long `long-transaction` holds its transaction open, in milliseconds. */
  readonly longTransactionMs: number
  /** Names of failpoints at which a process has died. */
  readonly failpointsHit: Set<string>
  /** Resolves after this time, or when the run is broken off. */
  pause(ms: number): Promise<void>
  /** A line on the timeline. */
  note(message: string): void
}
