/**
 * Removes what Keelson no longer needs from its own tables, in small batches that commit one by one, so that it never
 * holds many locks nor a long transaction. Several processes may sweep at once: each skips what another holds.
 */
import type { Scheduler } from '../internal/clock.js'
import type { Random } from '../internal/random.js'
import type { Connections } from './connections.js'

export interface Retention {
  /** Qualified name of the table. */
  readonly table: string
  /** A column of type timestamptz: when the row was written. */
  readonly column: string
  /** How long a row is kept, in seconds. */
  readonly keepSeconds: number
}

export const BATCH_ROWS = 1000
const PAUSE_MS = 60_000

export class Sweeper {
  readonly #connections: Connections
  readonly #retentions: readonly Retention[]
  readonly #scheduler: Scheduler
  readonly #random: Random
  readonly #onError: (error: unknown) => void
  #cancel: () => void = () => undefined
  #running: Promise<void> = Promise.resolve()
  #stopped = false

  constructor(parts: {
    readonly connections: Connections
    readonly retentions: readonly Retention[]
    readonly scheduler: Scheduler
    readonly random: Random
    readonly onError: (error: unknown) => void
  }) {
    this.#connections = parts.connections
    this.#retentions = parts.retentions
    this.#scheduler = parts.scheduler
    this.#random = parts.random
    this.#onError = parts.onError
  }

  start(): void {
    if (this.#stopped) return
    // Processes that were started together must not sweep together.
    this.#cancel = this.#scheduler.after(PAUSE_MS * (0.5 + this.#random()), () => {
      this.#running = this.runOnce()
        .catch(this.#onError)
        .finally(() => this.start())
    })
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#cancel()
    await this.#running
  }

  /** Removes everything that is past its time now. */
  async runOnce(): Promise<void> {
    for (const retention of this.#retentions)
      while (!this.#stopped && (await this.#batch(retention)) === BATCH_ROWS);
  }

  async #batch({ table, column, keepSeconds }: Retention): Promise<number> {
    const { rowCount } = await this.#connections.query(
      `delete from ${table} where ctid = any (array(select ctid from ${table} where ${column} < now() - make_interval(secs => $1) limit ${BATCH_ROWS} for update skip locked))`,
      [keepSeconds],
    )
    return rowCount ?? 0
  }
}
