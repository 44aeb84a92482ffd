/**
 * Cuts what a client sends into bursts: messages up to and including the one upon which the server answers, such as Sync.
 * No byte is lost or changed, however the chunks fall; what is not the protocol (TLS after an SSLRequest) passes as it
 * comes.
 */
import { CommitWatch } from './commit-watch.js'

export interface Burst {
  readonly bytes: Buffer
  /** Where the message begins that commits; undefined if none does. */
  readonly commitAt: number | undefined
}

/** Parse, Bind, Describe, Execute, Close: the server keeps its answers to itself until more comes. */
const GOES_ON = new Set(['P', 'B', 'D', 'E', 'C'])

/** As Postgres bounds it; a longer one is TLS, or not for Postgres. */
const STARTUP_BYTES_MAX = 10_000
const STARTUP_HEADER_BYTES = 8
const HEADER_BYTES = 5

/** Codes in the place of the protocol version: after these the client begins anew, or with TLS. */
const SSL_REQUEST = 80_877_103
const GSS_REQUEST = 80_877_104

export class BurstReader {
  readonly #watch = new CommitWatch()
  #chunks: Buffer[] = []
  #bytes = 0
  /** So many bytes are read of the burst that is being gathered. */
  #read = 0
  /** With fewer bytes than these there is no further message to read. */
  #wanted = STARTUP_HEADER_BYTES
  #commitAt: number | undefined
  #phase: 'startup' | 'messages' | 'opaque' = 'startup'

  /** The bursts that this chunk completes. */
  push(chunk: Buffer): Burst[] {
    if (this.#phase === 'opaque') return [{ bytes: chunk, commitAt: undefined }]
    this.#chunks.push(chunk)
    this.#bytes += chunk.length
    const bursts: Burst[] = []
    while (this.#bytes >= this.#wanted) {
      const burst = this.#next(this.#join())
      if (burst !== undefined) bursts.push(burst)
    }
    return bursts
  }

  /** Takes out what has come of a burst that is not complete. */
  takeRest(): Buffer {
    const rest = this.#join()
    this.#drop(rest.length)
    return rest
  }

  #next(data: Buffer): Burst | undefined {
    const isStartup = this.#phase === 'startup'
    const lengthAt = isStartup ? this.#read : this.#read + 1
    const length = data.readUInt32BE(lengthAt)
    if (length < 4 || (isStartup && (length < STARTUP_HEADER_BYTES || length > STARTUP_BYTES_MAX))) {
      this.#phase = 'opaque'
      this.#wanted = Infinity
      return { bytes: this.takeRest(), commitAt: undefined }
    }
    const end = lengthAt + length
    if (data.length < end) {
      this.#wanted = end
      return undefined
    }
    if (isStartup) {
      const code = data.readUInt32BE(this.#read + 4)
      if (code !== SSL_REQUEST && code !== GSS_REQUEST) this.#phase = 'messages'
      return this.#cut(data, end)
    }
    const type = String.fromCharCode(data[this.#read]!)
    if (this.#watch.sees(type, data.subarray(lengthAt + 4, end))) this.#commitAt ??= this.#read
    if (!GOES_ON.has(type)) return this.#cut(data, end)
    this.#read = end
    this.#wanted = end + HEADER_BYTES
    return undefined
  }

  #cut(data: Buffer, end: number): Burst {
    const burst = { bytes: data.subarray(0, end), commitAt: this.#commitAt }
    this.#commitAt = undefined
    this.#drop(end)
    return burst
  }

  #drop(bytes: number): void {
    const rest = this.#join().subarray(bytes)
    this.#chunks = rest.length === 0 ? [] : [rest]
    this.#bytes = rest.length
    this.#read = 0
    if (this.#phase !== 'opaque')
      this.#wanted = this.#phase === 'startup' ? STARTUP_HEADER_BYTES : HEADER_BYTES
  }

  #join(): Buffer {
    if (this.#chunks.length !== 1) this.#chunks = [Buffer.concat(this.#chunks)]
    return this.#chunks[0]!
  }
}
