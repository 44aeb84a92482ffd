/** A durable Postgres of the proof's own, in a folder of its own, that may be killed and started again on the same port. */
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@keelson/embedded'
import { descendantsOf, isThere, signalIfThere } from './processes.js'
import type { PostgresProcess } from './world.js'

const START_TRIES = 20
const GONE_WITHIN_MS = 20_000

const SETTINGS = {
  max_connections: '60',
  shared_buffers: '64MB',
  max_wal_size: '256MB',
  deadlock_timeout: '1s',
} as const

export class Postgres implements PostgresProcess {
  readonly folder: string
  readonly #settings: Readonly<Record<string, string>>
  #server: EmbeddedPostgres
  #isRunning = true
  #paused: readonly number[] = []

  private constructor(folder: string, settings: Readonly<Record<string, string>>, server: EmbeddedPostgres) {
    this.folder = folder
    this.#settings = settings
    this.#server = server
  }

  static async create(folder: string): Promise<Postgres> {
    const settings = { ...SETTINGS, port: String(await freePort()) }
    return new Postgres(
      folder,
      settings,
      await startEmbeddedPostgres({ folder, database: 'proof', settings }),
    )
  }

  get directUrl(): string {
    return this.#server.url
  }

  get isRunning(): boolean {
    return this.#isRunning && isThere(this.#server.pid)
  }

  async stop(how: 'fast' | 'immediate' | 'kill'): Promise<void> {
    const { pid } = this.#server
    // Sessions outlive a postmaster that is killed for a moment; nobody may start on their memory.
    const all = [pid, ...descendantsOf(pid)]
    if (how !== 'fast') signalIfThere(pid, how === 'kill' ? 'SIGKILL' : 'SIGQUIT')
    if (how === 'fast') await this.#server.stop()
    await gone(all)
    this.#isRunning = false
    // Gives up the lock on the folder.
    await this.#server.stop()
  }

  async start(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        const { folder } = this
        this.#server = await startEmbeddedPostgres({ folder, database: 'proof', settings: this.#settings })
        this.#isRunning = true
        return
      } catch (error) {
        if (attempt === START_TRIES) throw error
        await pause(250)
      }
    }
  }

  pause(): void {
    const { pid } = this.#server
    this.#paused = [pid, ...descendantsOf(pid)]
    for (const each of this.#paused) signalIfThere(each, 'SIGSTOP')
  }

  resume(): void {
    for (const each of this.#paused) signalIfThere(each, 'SIGCONT')
    this.#paused = []
  }

  async close(): Promise<void> {
    this.resume()
    await this.#server.stop()
  }
}

async function gone(pids: readonly number[]): Promise<void> {
  const deadline = performance.now() + GONE_WITHIN_MS
  while (pids.some(isThere)) {
    if (performance.now() > deadline) throw new Error('Postgres did not end.')
    await pause(10)
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
