/** One direction of a connection: passes bytes on in their order, later if it is told to, no faster than they are taken. */
import type { Socket } from 'node:net'

interface Item {
  /** Undefined: the end. */
  readonly bytes: Buffer | undefined
  readonly dueMs: number
  readonly flushed: (() => void) | undefined
}

export class Lane {
  readonly #from: Socket
  readonly #to: Socket
  readonly #delayMs: () => number
  readonly #waiting: Item[] = []
  #timer: NodeJS.Timeout | undefined

  /** @param delayMs Asked for each chunk. */
  constructor(from: Socket, to: Socket, delayMs: () => number) {
    this.#from = from
    this.#to = to
    this.#delayMs = delayMs
    to.on('drain', () => from.resume())
    to.on('close', () => this.close())
  }

  /** @param flushed Called when the system has taken the bytes; never if the connection breaks before. */
  send(bytes: Buffer, flushed?: () => void): void {
    this.#pass(bytes, flushed)
  }

  /** Ends this direction, behind what was sent. */
  end(): void {
    this.#pass(undefined, undefined)
  }

  /** Forgets what waits. */
  close(): void {
    clearTimeout(this.#timer)
    this.#waiting.length = 0
    this.#from.resume()
  }

  #pass(bytes: Buffer | undefined, flushed: (() => void) | undefined): void {
    const delayMs = this.#delayMs()
    if (delayMs === 0 && this.#waiting.length === 0) return this.#write(bytes, flushed)
    this.#waiting.push({ bytes, flushed, dueMs: performance.now() + delayMs })
    if (this.#waiting.length === 1) this.#timer = setTimeout(() => this.#release(), delayMs)
  }

  #release(): void {
    for (let [next] = this.#waiting; next !== undefined; [next] = this.#waiting) {
      const leftMs = next.dueMs - performance.now()
      if (leftMs > 0) {
        this.#timer = setTimeout(() => this.#release(), leftMs)
        return
      }
      this.#waiting.shift()
      this.#write(next.bytes, next.flushed)
    }
  }

  #write(bytes: Buffer | undefined, flushed: (() => void) | undefined): void {
    if (!this.#to.writable) return
    if (bytes === undefined) this.#to.end()
    else if (!this.#to.write(bytes, (error) => (error ? undefined : flushed?.()))) this.#from.pause()
  }
}
