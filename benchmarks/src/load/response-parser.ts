/**
 * HTTP/1.1 responses out of a stream of bytes that may be cut anywhere. Bodies are skipped, not kept. What is not HTTP
 * throws: a generator that guesses would count garbage as answers.
 */
import { parseHead, wholeNumber } from './response-head.js'

const HEAD_BYTES_MAX = 64 * 1024
const LF = 10
const CR = 13

type State = 'head' | 'counted' | 'chunk size' | 'chunk data' | 'chunk end' | 'trailer' | 'until close'

export class ResponseParser {
  readonly #onAnswer: (status: number, keepAlive: boolean) => void
  #state: State = 'head'
  /** Bytes of a head or of a line that has not fully arrived. */
  #pending: Buffer | undefined
  #remaining = 0
  #status = 0
  #keepAlive = true

  /** Calls `onAnswer` at the last byte of each response. */
  constructor(onAnswer: (status: number, keepAlive: boolean) => void) {
    this.#onAnswer = onAnswer
  }

  /** Whether a response has begun and not ended. */
  get midway(): boolean {
    return this.#state !== 'head' || this.#pending !== undefined
  }

  /** The first `length` bytes of `chunk` have arrived; nothing of it is kept but copies. */
  feed(chunk: Buffer, length: number): void {
    let bytes = chunk
    let end = length
    if (this.#pending) {
      bytes = Buffer.concat([this.#pending, chunk.subarray(0, length)])
      end = bytes.length
      this.#pending = undefined
    }
    let at = 0
    while (at < end) {
      const next = this.#step(bytes, at, end)
      if (next === undefined) {
        if (end - at > HEAD_BYTES_MAX) throw new Error('The head of a response has no end.')
        this.#pending = Buffer.from(bytes.subarray(at, end))
        return
      }
      at = next
    }
  }

  /** The server closed the connection. Throws if that cut a response short. */
  close(): void {
    if (this.#state === 'until close') this.#answered()
    else if (this.midway) throw new Error('The connection closed in the middle of a response.')
  }

  /** Where to go on, or undefined if more bytes are needed first. */
  #step(bytes: Buffer, at: number, end: number): number | undefined {
    if (this.#state === 'head') return this.#head(bytes, at, end)
    if (this.#state === 'until close') return end
    if (this.#state === 'counted' || this.#state === 'chunk data') return this.#skip(at, end)
    const lineEnd = bytes.indexOf(LF, at)
    if (lineEnd === -1 || lineEnd >= end) return undefined
    this.#line(bytes.toString('latin1', at, lineEnd).trim())
    return lineEnd + 1
  }

  #skip(at: number, end: number): number {
    const taken = Math.min(this.#remaining, end - at)
    this.#remaining -= taken
    if (this.#remaining === 0) {
      if (this.#state === 'counted') this.#answered()
      else this.#state = 'chunk end'
    }
    return at + taken
  }

  #head(bytes: Buffer, at: number, end: number): number | undefined {
    const headEnd = endOfHead(bytes, at, end)
    if (headEnd === undefined) return undefined
    const { status, body, keepAlive } = parseHead(bytes, at, headEnd)
    // Interim answers (100, 103) precede the real one.
    if (status < 200) return headEnd
    this.#status = status
    this.#keepAlive = keepAlive
    if (body === 'chunked') this.#state = 'chunk size'
    else if (body === 'untilClose') {
      this.#state = 'until close'
      this.#keepAlive = false
    } else if (body === 0) this.#answered()
    else {
      this.#state = 'counted'
      this.#remaining = body
    }
    return headEnd
  }

  #line(line: string): void {
    if (this.#state === 'chunk size') {
      this.#remaining = wholeNumber(line.split(';', 1)[0]!.trim(), 16)
      this.#state = this.#remaining === 0 ? 'trailer' : 'chunk data'
    } else if (this.#state === 'chunk end') {
      if (line !== '') throw new Error('A chunk is longer than it said.')
      this.#state = 'chunk size'
    } else if (line === '') this.#answered()
  }

  #answered(): void {
    this.#state = 'head'
    this.#onAnswer(this.#status, this.#keepAlive)
  }
}

/** The position after the empty line that ends a head. */
function endOfHead(bytes: Buffer, at: number, end: number): number | undefined {
  for (let lf = bytes.indexOf(LF, at); lf !== -1 && lf < end; lf = bytes.indexOf(LF, lf + 1)) {
    if (bytes[lf + 1] === CR && bytes[lf + 2] === LF && lf + 2 < end) return lf + 3
  }
  return undefined
}
