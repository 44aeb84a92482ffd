/**
 * What a client of Postgres sends, cut into whole messages (PostgreSQL manual, «Message Formats»). The first ones have no
 * type byte: an SSLRequest or a GSSENCRequest may stand before the StartupMessage.
 */

/** A message of more is none of ours; the connection that sends it is broken. */
const MESSAGE_BYTES_MAX = 64 * 1024 * 1024
const STARTUP_VERSION = 3

export interface Message {
  /** The type byte as a letter; undefined for what comes before and with the start of the session. */
  readonly type: string | undefined
  /** Header included. */
  readonly bytes: Buffer
}

export class Messages {
  #rest: Buffer = Buffer.alloc(0)
  #started = false

  /** The messages that are complete with this chunk. Throws where it cannot be the protocol. */
  feed(chunk: Buffer): Message[] {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    const messages: Message[] = []
    for (let message = this.#next(); message !== undefined; message = this.#next()) messages.push(message)
    return messages
  }

  #next(): Message | undefined {
    const header = this.#started ? 5 : 4
    if (this.#rest.length < header) return undefined
    const length = this.#rest.readUInt32BE(header - 4) + header - 4
    if (length < header || length > MESSAGE_BYTES_MAX)
      throw new Error(`A message of ${length} bytes is no message.`)
    if (this.#rest.length < length) return undefined
    const bytes = this.#rest.subarray(0, length)
    this.#rest = this.#rest.subarray(length)
    if (this.#started) return { type: String.fromCharCode(bytes[0]!), bytes }
    if (length >= 8 && bytes.readUInt16BE(4) === STARTUP_VERSION) this.#started = true
    return { type: undefined, bytes }
  }
}
