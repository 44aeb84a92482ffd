/**
 * How a server goes away without dropping anybody who has sent a request. A client that keeps its connection may send the
 * next one at any moment, and would lose it on a connection that is closed just then. So the server first lingers: it
 * takes requests as before, and ends each connection with its answer (`Connection: close`), which clients know of in time.
 * Then it stops listening, closes the connections that stayed idle, and finishes what is under way.
 */
import type { Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { pause, type Scheduler } from '../internal/clock.js'
import type { Log } from '../telemetry/log.js'
import type { Mount } from './mounted.js'

export interface DrainLimits {
  /** How long new connections are taken: until others have noticed that this process is not ready any more. */
  readonly delayMs: number
  /** How long requests may take from then on; those that take longer are cut off. */
  readonly limitMs: number
}

export interface DrainParts {
  readonly scheduler: Scheduler
  readonly log: Log
  /** The server's connections that are open. */
  readonly open: ReadonlySet<Socket>
}

/** How long connections that are kept open are given to send another request, at least. */
export const LINGER_MS = 250
/** How often connections are looked for that were busy when the drain began and are not any more. */
const LOOK_MS = 25

const LATEST = Symbol('latest response')

interface Used extends Socket {
  [LATEST]?: ServerResponse
}

export class Drain {
  readonly #fastify: FastifyInstance
  readonly #parts: DrainParts

  /** Watches the connections of the server from now on. */
  constructor(fastify: FastifyInstance, parts: DrainParts) {
    this.#fastify = fastify
    this.#parts = parts
    fastify.server.prependListener('request', ({ socket }, response) => ((socket as Used)[LATEST] = response))
  }

  /** `mount`: requests that other servers hand over. */
  async run({ delayMs, limitMs }: DrainLimits, mount: Mount): Promise<void> {
    const { server } = this.#fastify
    const { scheduler, log } = this.#parts
    this.#endConnectionsWithAnswers(server)
    await this.#linger(delayMs)
    const callOff = scheduler.after(limitMs, () => {
      log.warn({ limitMs }, 'Requests were still under way when the time to drain was over.')
      server.closeAllConnections()
      mount.end()
    })
    const looks = setInterval(() => this.#closeIdle(server), LOOK_MS)
    try {
      await mount.idle()
      await this.#fastify.close()
    } finally {
      callOff()
      clearInterval(looks)
    }
  }

  /** Node counts connections that have never sent anything as busy. */
  #closeIdle(server: Server): void {
    server.closeIdleConnections()
    for (const socket of this.#parts.open) if (socket.bytesRead === 0) socket.destroy()
  }

  /** Of requests to come, and of those under way whose answer has not begun. */
  #endConnectionsWithAnswers(server: Server): void {
    server.prependListener('request', (_request, response) => (response.shouldKeepAlive = false))
    for (const { [LATEST]: response } of this.#parts.open as ReadonlySet<Used>)
      if (response?.headersSent === false) response.shouldKeepAlive = false
  }

  /** Longer than the delay only where there are connections that may send another request. */
  async #linger(delayMs: number): Promise<void> {
    if (!this.#fastify.server.listening) return
    let passedMs = 0
    while (passedMs < delayMs || (passedMs < LINGER_MS && this.#parts.open.size > 0)) {
      await pause(this.#parts.scheduler, LOOK_MS)
      passedMs += LOOK_MS
    }
  }
}
