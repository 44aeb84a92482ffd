/**
 * A real Postgres in a temporary folder, durable as in production, that can be stopped, crashed, frozen and started again
 * on the same data and port. Its data lie on a small disk where one can be had.
 */
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@keelson/embedded'
import { childrenOf, signalTo } from './children.js'
import { freePort } from './free-port.js'
import { SmallDisk } from './small-disk.js'
import { Turns } from './turns.js'
import type { PostgresProcess } from './world.js'

export interface PostgresOptions {
  /** Made if absent. */
  readonly database: string
  /** Size of the small disk; undefined: the data lie on the disk of temporary files. */
  readonly diskBytes?: number
  /** Settings of postgresql.conf, over our own. */
  readonly settings?: Readonly<Record<string, string>>
  /** Told where everything will be, before there is anything. */
  readonly onPlace?: (place: PostgresPlace) => void
}

export interface PostgresPlace {
  /** Holds all the rest. */
  readonly top: string
  /** Where the small disk is mounted. */
  readonly disk: string | undefined
  readonly data: string
}

const SETTINGS = {
  max_connections: '60',
  superuser_reserved_connections: '8',
  deadlock_timeout: '1s',
  fsync: 'on',
  synchronous_commit: 'on',
  shared_buffers: '128MB',
  max_wal_size: '256MB',
}

/** What a commit would wait for a disk, in microseconds, whether others commit or not. */
const SYNC_TIME = { commit_delay: '1000', commit_siblings: '0' }

const FIRST_START_ATTEMPTS = 3
/** Processes of a crashed server take a while to end; the embedded start waits for them itself, up to 20 s. */
const START_ATTEMPTS = 3
const STOP_MS = 20_000
const POLL_MS = 2
const READING_LOG_MS = 10_000

export class EmbeddedPostgresProcess implements PostgresProcess {
  readonly directUrl: string
  readonly #top: string
  readonly #disk: SmallDisk | undefined
  readonly #start: () => Promise<EmbeddedPostgres>
  readonly #turns = new Turns()
  #server: EmbeddedPostgres
  /** Its process id may go to somebody else. */
  #isStopped = false

  private constructor(
    top: string,
    disk: SmallDisk | undefined,
    start: () => Promise<EmbeddedPostgres>,
    server: EmbeddedPostgres,
  ) {
    this.#top = top
    this.#disk = disk
    this.#start = start
    this.#server = server
    this.directUrl = server.url
  }

  static async open(options: PostgresOptions): Promise<EmbeddedPostgresProcess> {
    const top = await mkdtemp(join(tmpdir(), 'keelson-proof-'))
    let disk: SmallDisk | undefined
    try {
      // As root we start the server as another user, who must be able to walk in.
      await chmod(top, 0o755)
      if (options.diskBytes !== undefined) disk = await SmallDisk.mount(join(top, 'disk'), options.diskBytes)
      const folder = join(disk?.folder ?? top, 'keelson')
      options.onPlace?.({ top, disk: disk?.folder, data: join(folder, 'postgres', 'data') })
      for (let attempt = 1; ; attempt++) {
        const port = String(await freePort())
        const settings = { ...SETTINGS, ...(disk === undefined ? {} : SYNC_TIME), ...options.settings, port }
        const start = (): Promise<EmbeddedPostgres> =>
          startEmbeddedPostgres({ folder, database: options.database, settings })
        try {
          return new EmbeddedPostgresProcess(top, disk, start, await start())
        } catch (error) {
          // Somebody else may have taken the port.
          if (attempt === FIRST_START_ATTEMPTS) throw error
        }
      }
    } catch (error) {
      await disk?.unmount()
      await rm(top, { recursive: true, force: true })
      throw error
    }
  }

  get isRunning(): boolean {
    return !this.#isStopped && signalTo(this.#server.pid, 0)
  }

  get disk(): SmallDisk | undefined {
    return this.#disk
  }

  stop(how: 'fast' | 'immediate' | 'kill'): Promise<void> {
    return this.#turns.take(() => this.#stop(how))
  }

  start(): Promise<void> {
    return this.#turns.take(async () => {
      for (let attempt = 1; !this.isRunning; attempt++) {
        try {
          await this.#launch()
        } catch (error) {
          if (attempt === START_ATTEMPTS) throw error
        }
      }
    })
  }

  startAndKill(afterMs: number): Promise<boolean> {
    return this.#turns.take(async () => {
      if (this.isRunning) return false
      let isReady = false
      const started = this.#launch().then(
        () => (isReady = true),
        () => false,
      )
      const pid = await this.#startingPid()
      await delay(afterMs)
      if (pid === undefined || isReady) return started.then(() => false)
      signalTo(pid, 'SIGKILL')
      if (!(await started)) return true
      await this.#stop('kill')
      return false
    })
  }

  pause(): void {
    const { pid } = this.#server
    if (!this.isRunning || !signalTo(pid, 'SIGSTOP')) return
    // It starts no more of them now.
    for (const child of childrenOf(pid)) signalTo(child, 'SIGSTOP')
  }

  resume(): void {
    const { pid } = this.#server
    if (!this.isRunning) return
    for (const child of childrenOf(pid)) signalTo(child, 'SIGCONT')
    signalTo(pid, 'SIGCONT')
  }

  /** Ends it and removes its data. */
  async close(): Promise<void> {
    await this.#turns.take(() => this.#stop('immediate'))
    await this.#disk?.unmount()
    await rm(this.#top, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  }

  async #stop(how: 'fast' | 'immediate' | 'kill'): Promise<void> {
    // Frozen processes obey no signal but SIGKILL, and would outlive their parent.
    this.resume()
    const { pid } = this.#server
    if (how !== 'fast' && this.isRunning) {
      signalTo(pid, how === 'kill' ? 'SIGKILL' : 'SIGQUIT')
      const deadline = performance.now() + STOP_MS
      while (this.isRunning && performance.now() < deadline) await delay(POLL_MS)
    }
    // Lets go of the folder too, and makes an end of a server that would not stop.
    await this.#server.stop()
    this.#isStopped = true
  }

  async #launch(): Promise<void> {
    // One that ended by itself has not let go of the folder yet.
    await this.#server.stop()
    this.#isStopped = true
    this.#server = await this.#start()
    this.#isStopped = false
  }

  /** The process that is starting, once it reads its log; undefined if it comes to something else. */
  async #startingPid(): Promise<number | undefined> {
    const deadline = performance.now() + READING_LOG_MS
    const file = join(this.#server.dataFolder, 'postmaster.pid')
    while (performance.now() < deadline) {
      const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n')
      const [pid, status] = [Number(lines[0]), lines[7]?.trim()]
      if (pid > 0 && pid !== this.#server.pid && status !== undefined && status !== '')
        return status === 'starting' ? pid : undefined
      await delay(POLL_MS)
    }
    return undefined
  }
}
