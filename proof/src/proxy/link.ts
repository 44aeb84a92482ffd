/**
 * One connection through the proxy: the client's socket, the server's, and what goes wrong between them. What the client
 * sends passes burst by burst, so that it can be told before the server has it whether it holds a COMMIT.
 */
import { connect, type Socket } from 'node:net'
import { BurstReader, type Burst } from './burst-reader.js'
import { Lane } from './lane.js'

/** What happens to a connection when it commits. */
export type CommitFault =
  /** The burst reaches the server, and no answer the client. */
  | { readonly kind: 'cut-after' }
  /** What stands before COMMIT reaches the server, COMMIT does not. */
  | { readonly kind: 'cut-before' }
  /** The client is cut at once; the burst, or only COMMIT and what follows, reaches the server after this time. */
  | { readonly kind: 'late'; readonly delayMs: number; readonly from: 'burst' | 'commit' }

export interface LinkOptions {
  readonly target: { readonly host: string; readonly port: number }
  readonly delayMs: () => number
  /** Asked at each COMMIT. */
  readonly takeCommitFault: () => CommitFault | undefined
  readonly onSwallow: (bytes: number) => void
  readonly onClose: (link: Link) => void
}

export class Link {
  readonly #client: Socket
  readonly #server: Socket
  readonly #options: LinkOptions
  readonly #reader = new BurstReader()
  readonly #up: Lane
  readonly #down: Lane
  #isHole = false
  /** Bytes or an end were swallowed: the two sides do not fit together any more. */
  #isTorn = false
  /** The client was cut by us: nothing passes any more but what `#forward` still sends. */
  #isCut = false
  #late: NodeJS.Timeout | undefined

  constructor(client: Socket, options: LinkOptions) {
    this.#client = client
    this.#options = options
    this.#server = connect({ ...options.target, noDelay: true, allowHalfOpen: true })
    this.#up = new Lane(client, this.#server, options.delayMs)
    this.#down = new Lane(this.#server, client, options.delayMs)
    this.#listen()
  }

  /** Swallows all, both ways. What was swallowed is lost: such a connection breaks when the hole closes. */
  set hole(on: boolean) {
    this.#isHole = on
    if (!on && this.#isTorn) this.reset()
  }

  reset(): void {
    for (const socket of [this.#client, this.#server]) socket.resetAndDestroy()
  }

  /** Cuts the client; the server is not told before `reset`. */
  cutClient(): void {
    this.#isCut = true
    this.#client.destroy()
  }

  #listen(): void {
    const [client, server] = [this.#client, this.#server]
    client.on('data', (chunk: Buffer) => {
      if (this.#isCut || this.#isSwallowed(chunk.length)) return
      for (const burst of this.#reader.push(chunk)) if (!this.#isCut) this.#forward(burst)
    })
    client.on('end', () => {
      if (this.#isCut || this.#isSwallowed()) return
      const rest = this.#reader.takeRest()
      if (rest.length > 0) this.#up.send(rest)
      this.#up.end()
    })
    client.on('close', () => {
      // One that ended in good order is ended towards the server too, behind what is still on its way.
      if (!this.#isCut && !client.readableEnded && !this.#isSwallowed()) server.resetAndDestroy()
      this.#closed()
    })
    server.on('data', (chunk: Buffer) => {
      if (!this.#isCut && !this.#isSwallowed(chunk.length)) this.#down.send(chunk)
    })
    server.on('end', () => {
      if (this.#isCut) server.end()
      else if (!this.#isSwallowed()) this.#down.end()
    })
    server.on('close', () => {
      clearTimeout(this.#late)
      if (!server.readableEnded && !this.#isSwallowed()) client.resetAndDestroy()
      this.#closed()
    })
    // What is wrong is told by the close that follows.
    for (const socket of [client, server]) socket.on('error', () => undefined)
  }

  #isSwallowed(bytes = 0): boolean {
    if (!this.#isHole) return false
    this.#isTorn = true
    this.#options.onSwallow(bytes)
    return true
  }

  #closed(): void {
    if (this.#client.destroyed && this.#server.destroyed) this.#options.onClose(this)
  }

  #forward(burst: Burst): void {
    const fault = burst.commitAt === undefined ? undefined : this.#options.takeCommitFault()
    if (fault === undefined) return this.#up.send(burst.bytes)
    this.#isCut = true
    const head = burst.bytes.subarray(0, burst.commitAt)
    switch (fault.kind) {
      case 'cut-after':
        this.#up.send(burst.bytes, () => this.#client.destroy())
        return this.#up.end()
      case 'cut-before':
        this.#client.destroy()
        if (head.length > 0) this.#up.send(head)
        return this.#up.end()
      case 'late': {
        this.#client.destroy()
        const sent = fault.from === 'commit' ? head : head.subarray(0, 0)
        if (sent.length > 0) this.#up.send(sent)
        this.#late = setTimeout(() => {
          this.#up.send(burst.bytes.subarray(sent.length))
          this.#up.end()
        }, fault.delayMs)
      }
    }
  }
}
