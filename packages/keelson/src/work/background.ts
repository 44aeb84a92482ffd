/**
 * What a process does beside its requests: its workers, its leases, its wake-ups. Made when the server is, started when it
 * is ready, drained when it stops; a process without the role `worker` has wake-ups only.
 */
import { systemScheduler, type Scheduler } from '../internal/clock.js'
import { systemRandom, type Random } from '../internal/random.js'
import { within } from '../lifecycle/lifecycle.js'
import { Connections, type ConnectionOptions } from '../postgres/connections.js'
import type { Log } from '../telemetry/log.js'
import { Leases } from './lease.js'
import { WakeUpLine } from './wake-up-line.js'
import { WakeUps } from './wake-ups.js'
import { Worker, type Work } from './worker.js'

/** What a process is there for: answering requests, working in the background. */
export const ROLES = ['http', 'worker'] as const
export type Role = (typeof ROLES)[number]

/** Connections of background work, beside those of requests. */
export const CONNECTIONS_MAX = 3

export interface BackgroundOptions extends Pick<
  ConnectionOptions,
  'url' | 'preparedStatements' | 'onIdleError'
> {
  /** Where NOTIFY and LISTEN go; undefined: `url`, unless a pooler is in between. */
  readonly directUrl: string | undefined
  readonly behindPooler: boolean
  readonly isWorker: boolean
  readonly log: Log
  readonly scheduler?: Scheduler
  readonly random?: Random
  /** See `Leases`. */
  readonly leaseMs?: number
}

export class Background {
  readonly connections: Connections
  readonly leases: Leases
  readonly wakeUps = new WakeUps()
  readonly scheduler: Scheduler
  readonly random: Random
  readonly isWorker: boolean
  readonly #line: WakeUpLine | undefined
  readonly #log: Log
  readonly #workers: Worker[] = []

  constructor(options: BackgroundOptions) {
    const { url, directUrl, behindPooler, isWorker, log } = options
    this.scheduler = options.scheduler ?? systemScheduler
    this.random = options.random ?? systemRandom
    this.isWorker = isWorker
    this.#log = log
    const { preparedStatements, onIdleError } = options
    this.connections = new Connections({
      url,
      max: CONNECTIONS_MAX,
      session: { statement_timeout: 10_000, lock_timeout: 2000, idle_in_transaction_session_timeout: 10_000 },
      ...(preparedStatements === undefined ? {} : { preparedStatements }),
      ...(onIdleError === undefined ? {} : { onIdleError }),
    })
    const { connections, scheduler, random, wakeUps } = this
    const { leaseMs } = options
    this.leases = new Leases({ connections, scheduler, ...(leaseMs === undefined ? {} : { leaseMs }) })
    // Behind a pooler nobody hears: processes find each other's work by polling.
    if (directUrl === undefined && behindPooler) return
    this.#line = new WakeUpLine({
      url: directUrl ?? url,
      wakeUps,
      listens: isWorker,
      scheduler,
      random,
      onError: (err) => log.warn({ err }, 'The line for wake-ups is broken: others are found by polling.'),
    })
    wakeUps.connect(this.#line)
  }

  /** Notes work to be done once `start` is called. */
  add(work: Work): void {
    const { wakeUps, scheduler, random } = this
    const onError = (err: unknown, name: string): void =>
      this.#log.warn({ err, worker: name }, 'A round of background work failed; it goes on.')
    this.#workers.push(new Worker(work, { wakeUps, scheduler, random, onError }))
  }

  start(): void {
    this.#line?.start()
    if (this.isWorker) for (const worker of this.#workers) worker.start()
  }

  /** Ends the rounds under way, for so long at most; then nothing is begun any more. */
  async stop(limitMs: number): Promise<void> {
    if (this.isWorker) await within(limitMs, this.#stopAll())
  }

  async #stopAll(): Promise<void> {
    const ended = await Promise.allSettled(this.#workers.map((worker) => worker.stop()))
    for (const each of ended)
      if (each.status === 'rejected')
        this.#log.warn({ err: each.reason as unknown }, 'Background work did not end in order.')
  }

  /** After everything else. */
  async close(): Promise<void> {
    this.#line?.stop()
    await this.connections.close()
  }
}
