/**
 * The TCP proxy between the service and Postgres, on a port of its own on the loopback. It lets everything pass until it is
 * told to break something; each way to break has its way back, and `mend` is all of them.
 */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import type { Proxy } from '../world/world.js'
import { Link, type CommitFault } from './link.js'

/** Faults that wait for their COMMITs. */
interface Armed {
  readonly fault: CommitFault
  left: number
}

export class TcpProxy implements Proxy {
  readonly url: string
  readonly #server: Server
  readonly #target: { readonly host: string; readonly port: number }
  readonly #links = new Set<Link>()
  /** Clients that came while all was swallowed. */
  readonly #swallowed = new Set<Socket>()
  readonly #halfOpen = new Set<Link>()
  #armed: Armed[] = []
  #delayMs = 0
  #isHole = false
  #refuses = false
  #commitsCut = 0
  #swallowedBytes = 0

  private constructor(server: Server, target: URL) {
    this.#server = server
    this.#target = { host: target.hostname, port: Number(target.port || 5432) }
    const url = new URL(target)
    url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
    this.url = url.href
    server.on('connection', (client) => this.#accept(client))
  }

  /** @param url What it leads to. Its own URL is this one with another host and port. */
  static async open(url: string): Promise<TcpProxy> {
    const server = createServer({ noDelay: true, allowHalfOpen: true })
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(0, '127.0.0.1', resolve)
    })
    return new TcpProxy(server, new URL(url))
  }

  get commitsCut(): number {
    return this.#commitsCut
  }

  /** Bytes that went into a black hole so far. */
  get swallowedBytes(): number {
    return this.#swallowedBytes
  }

  get connections(): number {
    return this.#links.size
  }

  reset(): void {
    for (const link of this.#links) link.reset()
  }

  blackHole(on: boolean): void {
    this.#isHole = on
    for (const link of this.#links) link.hole = on
    if (on) return
    for (const socket of this.#swallowed) socket.resetAndDestroy()
    this.#swallowed.clear()
  }

  halfOpen(): () => void {
    const cut = [...this.#links]
    for (const link of cut) {
      link.cutClient()
      this.#halfOpen.add(link)
    }
    return () => this.#release(cut)
  }

  cutAfterCommit(count: number): () => void {
    return this.#arm(count, { kind: 'cut-after' })
  }

  cutBeforeCommit(count: number): () => void {
    return this.#arm(count, { kind: 'cut-before' })
  }

  lateCommit(count: number, delayMs: number, from: 'burst' | 'commit' = 'burst'): () => void {
    return this.#arm(count, { kind: 'late', delayMs, from })
  }

  delay(ms: number): void {
    this.#delayMs = ms
  }

  refuse(on: boolean): void {
    this.#refuses = on
  }

  mend(): void {
    this.#armed = []
    this.delay(0)
    this.refuse(false)
    this.blackHole(false)
    this.#release([...this.#halfOpen])
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    for (const socket of this.#swallowed) socket.destroy()
    this.reset()
    await closed
  }

  #release(links: readonly Link[]): void {
    for (const link of links) {
      this.#halfOpen.delete(link)
      link.reset()
    }
  }

  #arm(count: number, fault: CommitFault): () => void {
    const armed: Armed = { fault, left: count }
    this.#armed.push(armed)
    return () => (this.#armed = this.#armed.filter((other) => other !== armed))
  }

  #takeCommitFault(): CommitFault | undefined {
    const armed = this.#armed.find(({ left }) => left > 0)
    if (armed === undefined) return undefined
    armed.left--
    this.#commitsCut++
    return armed.fault
  }

  #accept(client: Socket): void {
    // To close the listener instead would give the port away.
    if (this.#refuses) return void client.resetAndDestroy()
    if (this.#isHole) {
      this.#swallowed.add(client)
      client.on('error', () => undefined)
      client.on('close', () => this.#swallowed.delete(client))
      client.on('data', (chunk) => (this.#swallowedBytes += chunk.length))
      return
    }
    this.#links.add(
      new Link(client, {
        target: this.#target,
        delayMs: () => this.#delayMs,
        takeCommitFault: () => this.#takeCommitFault(),
        onSwallow: (bytes) => (this.#swallowedBytes += bytes),
        onClose: (link) => {
          this.#links.delete(link)
          this.#halfOpen.delete(link)
        },
      }),
    )
  }
}
