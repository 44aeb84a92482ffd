/**
 * One keep-alive connection that has one request under way: the next is sent when the answer is complete. A broken
 * connection is told to the owner and opened anew after a pause, so that a server that refuses is not hammered.
 */
import { connect, type Socket } from 'node:net'
import { TARGET_HOST } from './plan.js'
import { ResponseParser } from './response-parser.js'

const RECONNECT_PAUSE_MS = 50

/** Shared by all connections: a read is parsed before the next one begins. */
const readBuffer = Buffer.allocUnsafe(256 * 1024)

export interface ConnectionEvents {
  onAnswer(status: number, latencyMs: number): void
  /** The request under way will have no answer. */
  onBroken(): void
}

export class LoadConnection {
  readonly #port: number
  readonly #nextRequest: () => string
  readonly #events: ConnectionEvents
  #socket: Socket | undefined
  #parser: ResponseParser | undefined
  #sentAtMs = 0
  #underWay = false
  #retired = false
  #onIdle: (() => void) | undefined

  constructor(port: number, nextRequest: () => string, events: ConnectionEvents) {
    this.#port = port
    this.#nextRequest = nextRequest
    this.#events = events
    this.#open()
  }

  /** Sends nothing more; resolves when the request under way is answered or lost. */
  retire(): Promise<void> {
    this.#retired = true
    return new Promise((resolve) => {
      this.#onIdle = resolve
      if (!this.#underWay) this.#idle()
    })
  }

  /** Gives up on an answer that does not come. */
  abandon(): void {
    this.#socket?.destroy()
  }

  #open(): void {
    const parser = new ResponseParser((status, keepAlive) => this.#answered(status, keepAlive))
    const socket = connect({
      host: TARGET_HOST,
      port: this.#port,
      noDelay: true,
      // Without a stream in between: a third less work for each answer.
      onread: {
        buffer: readBuffer,
        callback: (length) => {
          this.#read(parser, length)
          return true
        },
      },
    })
    this.#socket = socket
    this.#parser = parser
    socket.once('connect', () => this.#send(performance.now()))
    socket.once('error', () => socket.destroy())
    socket.once('close', () => this.#closed(socket))
  }

  #read(parser: ResponseParser, length: number): void {
    try {
      parser.feed(readBuffer, length)
    } catch (error) {
      this.#socket?.destroy(error instanceof Error ? error : undefined)
    }
  }

  #send(nowMs: number): void {
    if (this.#retired) return this.#idle()
    this.#sentAtMs = nowMs
    this.#underWay = true
    this.#socket!.write(this.#nextRequest(), 'latin1')
  }

  #answered(status: number, keepAlive: boolean): void {
    if (!this.#underWay) throw new Error('The server answered what nobody asked.')
    const nowMs = performance.now()
    this.#underWay = false
    this.#events.onAnswer(status, nowMs - this.#sentAtMs)
    if (keepAlive || this.#retired) this.#send(nowMs)
    else this.#socket!.destroy()
  }

  #closed(socket: Socket): void {
    if (socket !== this.#socket) return
    try {
      this.#parser!.close()
    } catch {
      // The cut answer counts as none, below.
    }
    if (this.#underWay) {
      this.#underWay = false
      this.#events.onBroken()
    }
    if (this.#retired) this.#idle()
    else setTimeout(() => this.#open(), RECONNECT_PAUSE_MS)
  }

  #idle(): void {
    this.#onIdle?.()
    this.#onIdle = undefined
    this.#socket?.destroy()
  }
}
