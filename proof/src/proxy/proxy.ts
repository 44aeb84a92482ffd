/** The TCP proxy between the service and Postgres: one listener, a regime for all connections, faults by number. */
import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import type { Proxy } from '../world/world.js'
import { Link, type CommitFault, type Regime } from './link.js'

const PASS: CommitFault = { kind: 'pass' }

export class PostgresProxy implements Proxy {
  readonly url: string
  readonly #server: Server
  readonly #target: { readonly host: string; readonly port: number }
  readonly #links = new Set<Link>()
  #refuses = false
  #armed: CommitFault = PASS
  #left = 0
  #cut = 0
  readonly #regime = { swallows: false, delayMs: 0, onCommit: () => this.#onCommit() }

  private constructor(server: Server, url: string, target: { readonly host: string; readonly port: number }) {
    this.#server = server
    this.url = url
    this.#target = target
    server.on('connection', (client) => this.#join(client))
  }

  /** Listens on a free port of 127.0.0.1. */
  static async open(directUrl: string): Promise<PostgresProxy> {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const target = new URL(directUrl)
    const through = new URL(directUrl)
    through.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
    return new PostgresProxy(server, through.href, { host: target.hostname, port: Number(target.port) })
  }

  get commitsCut(): number {
    return this.#cut
  }

  reset(): void {
    for (const link of this.#links) link.reset()
  }

  halfOpen(): void {
    for (const link of this.#links) link.orphan()
  }

  blackHole(on: boolean): void {
    this.#regime.swallows = on
    if (!on) for (const link of this.#links) if (link.hasSwallowed) link.reset()
  }

  delay(ms: number): void {
    this.#regime.delayMs = ms
  }

  refuse(on: boolean): void {
    this.#refuses = on
  }

  cutBeforeCommit(count: number): void {
    this.#arm({ kind: 'before' }, count)
  }

  cutAfterCommit(count: number): void {
    this.#arm({ kind: 'after' }, count)
  }

  lateCommit(count: number, delayMs: number): void {
    this.#arm({ kind: 'late', delayMs }, count)
  }

  mend(): void {
    this.#arm(PASS, 0)
    this.#refuses = false
    this.delay(0)
    this.blackHole(false)
  }

  async close(): Promise<void> {
    for (const link of this.#links) link.close()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #arm(fault: CommitFault, count: number): void {
    this.#armed = fault
    this.#left = count
  }

  #onCommit(): CommitFault {
    if (this.#left === 0) return PASS
    this.#left--
    this.#cut++
    return this.#armed
  }

  #join(client: Socket): void {
    if (this.#refuses) {
      client.resetAndDestroy()
      return
    }
    for (const link of this.#links) if (link.isClosed) this.#links.delete(link)
    this.#links.add(new Link(client, this.#target, this.#regime satisfies Regime))
  }
}
