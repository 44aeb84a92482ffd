/**
 * One connection through the proxy. What the client sends goes on in units: the messages up to a Sync, or one that needs
 * none. So a unit that commits can be cut before, after, or be held back as a whole.
 */
import { connect, type Socket } from 'node:net'
import { CommitWatch } from './commit-watch.js'
import { Messages, type Message } from './messages.js'

/** What happens to a unit that commits. */
export type CommitFault =
  | { readonly kind: 'pass' }
  /** The server sees what stands before COMMIT, then the end of the connection. */
  | { readonly kind: 'before' }
  /** The server sees all of it; the client is cut before the answer. */
  | { readonly kind: 'after' }
  /** The client is cut; the server sees all of it, late. */
  | { readonly kind: 'late'; readonly delayMs: number }

/** What the proxy decides, now. */
export interface Regime {
  readonly swallows: boolean
  readonly delayMs: number
  /** Called for each unit that commits. */
  onCommit(): CommitFault
}

/** How long a server's side may outlive its client. */
const ORPHAN_MS = 15_000
/** Messages that the server answers without a Sync. */
const ALONE = new Set<string | undefined>([undefined, 'Q', 'p', 'X', 'H', 'F', 'f', 'c', 'd'])

export class Link {
  readonly #client: Socket
  readonly #server: Socket
  readonly #regime: Regime
  readonly #messages = new Messages()
  readonly #commits = new CommitWatch()
  #unit: { readonly message: Message; readonly commits: boolean }[] = []
  #toServer: Promise<void> = Promise.resolve()
  #toClient: Promise<void> = Promise.resolve()
  /** The client is gone, and the server does not know. */
  #isOrphan = false
  /** Bytes were lost on the way: the two sides can never understand each other again. */
  hasSwallowed = false

  constructor(client: Socket, target: { readonly host: string; readonly port: number }, regime: Regime) {
    this.#client = client
    this.#regime = regime
    this.#server = connect({ ...target, noDelay: true })
    client.setNoDelay(true)
    client.on('data', (chunk: Buffer) => this.#fromClient(chunk))
    this.#server.on('data', (chunk: Buffer) => this.#fromServer(chunk))
    for (const socket of [client, this.#server]) socket.on('error', () => undefined)
    client.on('close', () => {
      if (!this.#isOrphan) this.#server.destroy()
    })
    this.#server.on('close', () => this.#client.destroy())
  }

  get isClosed(): boolean {
    return this.#client.destroyed && this.#server.destroyed
  }

  /** Both sides get a reset. */
  reset(): void {
    this.#client.resetAndDestroy()
    this.#server.resetAndDestroy()
  }

  /** The client gets a reset; the server keeps waiting. */
  orphan(): void {
    if (this.#isOrphan) return
    this.#isOrphan = true
    this.#client.resetAndDestroy()
    setTimeout(() => this.#server.destroy(), ORPHAN_MS).unref()
  }

  close(): void {
    this.#client.destroy()
    this.#server.destroy()
  }

  #fromClient(chunk: Buffer): void {
    if (this.#isOrphan) return
    if (this.#regime.swallows) {
      this.hasSwallowed = true
      return
    }
    let messages: Message[]
    try {
      messages = this.#messages.feed(chunk)
    } catch {
      return this.close()
    }
    for (const message of messages) {
      this.#unit.push({ message, commits: this.#commits.isCommit(message) })
      if (message.type === 'S' || ALONE.has(message.type)) this.#pass(this.#unit.splice(0))
      if (this.#isOrphan) return
    }
  }

  #pass(unit: readonly { readonly message: Message; readonly commits: boolean }[]): void {
    const place = unit.findIndex(({ commits }) => commits)
    const whole = Buffer.concat(unit.map(({ message }) => message.bytes))
    const fault = place < 0 ? ({ kind: 'pass' } as const) : this.#regime.onCommit()
    switch (fault.kind) {
      case 'pass':
        return this.#send(whole)
      case 'before': {
        const before = Buffer.concat(unit.slice(0, place).map(({ message }) => message.bytes))
        this.#isOrphan = true
        this.#client.resetAndDestroy()
        this.#server.end(before)
        return
      }
      case 'after':
        this.#server.write(whole, () => this.orphan())
        this.#isCut = true
        return
      case 'late':
        this.orphan()
        setTimeout(() => {
          if (!this.#server.destroyed) this.#server.write(whole)
        }, fault.delayMs).unref()
    }
  }

  /** COMMIT is on its way: nothing that the server says may reach the client any more. */
  #isCut = false

  #send(bytes: Buffer): void {
    const { delayMs } = this.#regime
    this.#toServer = this.#after(delayMs, this.#toServer, () => void this.#server.write(bytes))
  }

  #fromServer(chunk: Buffer): void {
    if (this.#isOrphan || this.#isCut) return
    if (this.#regime.swallows) {
      this.hasSwallowed = true
      return
    }
    this.#toClient = this.#after(this.#regime.delayMs, this.#toClient, () => void this.#client.write(chunk))
  }

  /** In order, and without a turn of the loop where nothing is delayed. */
  #after(delayMs: number, before: Promise<void>, work: () => void): Promise<void> {
    if (delayMs === 0 && this.#isIdle) {
      work()
      return before
    }
    this.#delayed++
    return before
      .then(() =>
        delayMs === 0 ? undefined : new Promise<void>((resolve) => void setTimeout(resolve, delayMs)),
      )
      .then(() => {
        this.#delayed--
        work()
      })
  }

  #delayed = 0

  get #isIdle(): boolean {
    return this.#delayed === 0
  }
}
