/**
 * A burst: several statements in one message to the server with one Sync at its end (PostgreSQL manual, «Pipelining» in
 * the extended query protocol). After the first failure the server skips the rest, COMMIT included; nothing of a burst
 * can go on in another transaction than the one it began in. One write, one answer: where system calls are dear, that
 * is most of the cost of a small command.
 *
 * It is a custom query of `pg`, like pg-cursor: it takes its turn in the client's queue, which must not be pipelined.
 */
import { serialize } from 'pg-protocol'

export interface Statement {
  /** Set for statements that are prepared once a connection. */
  readonly name?: string
  readonly text: string
}

/** Rows as arrays of Postgres' own texts. */
export interface TextResult {
  readonly rows: (string | null)[][]
  readonly rowCount: number
  /** The first word of the command tag, such as `INSERT` or `COMMIT`. */
  readonly command: string
}

/** The statement was not run since one before it in the burst had failed. */
export class StatementSkipped extends Error {
  constructor() {
    super('A statement before this one failed.')
  }
}

export interface BurstPart {
  readonly statement: Statement
  readonly values: readonly (string | null)[]
  readonly resolve: (result: TextResult) => void
  readonly reject: (error: unknown) => void
}

/** What one connection has prepared: `doubtful` where a failure leaves it open. */
export type Prepared = Map<string, 'prepared' | 'doubtful'>

interface WireConnection {
  readonly stream: { write(data: Uint8Array): boolean; readonly writable: boolean }
}

export class BurstQuery {
  readonly #parts: readonly BurstPart[]
  readonly #prepared: Prepared
  readonly #named: boolean
  #at = 0
  #rows: (string | null)[][] = []
  #settled = false
  /** Read by the client; unused. */
  callback = (): void => undefined

  constructor(parts: readonly BurstPart[], prepared: Prepared, named: boolean) {
    this.#parts = parts
    this.#prepared = prepared
    this.#named = named
  }

  /** Whether every statement has been answered. */
  get isSettled(): boolean {
    return this.#settled
  }

  submit(connection: WireConnection): null {
    const buffers: Uint8Array[] = []
    for (const { statement, values } of this.#parts) {
      const name = this.#named ? (statement.name ?? '') : ''
      if (name === '' || this.#prepared.get(name) !== 'prepared') {
        if (this.#prepared.get(name) === 'doubtful') buffers.push(serialize.close({ type: 'S', name }))
        buffers.push(serialize.parse({ name, text: statement.text }))
        if (name !== '') this.#prepared.set(name, 'prepared')
      }
      buffers.push(
        serialize.bind({ statement: name, values: values as (string | null)[] }),
        serialize.execute({}),
      )
    }
    buffers.push(serialize.sync())
    connection.stream.write(buffers.length === 1 ? buffers[0]! : Buffer.concat(buffers))
    return null
  }

  handleDataRow(message: { fields: (string | null)[] }): void {
    this.#rows.push(message.fields)
  }

  handleCommandComplete(message: { text: string }): void {
    const words = message.text.split(' ')
    const count = Number(words.at(-1))
    this.#finish({ rows: this.#rows, rowCount: Number.isNaN(count) ? 0 : count, command: words[0]! })
  }

  handleEmptyQuery(): void {
    this.#finish({ rows: [], rowCount: 0, command: '' })
  }

  /** The server's error, or the loss of the connection (then every statement without an answer fails with it). */
  handleError(error: unknown): void {
    if (this.#settled) return
    this.#settled = true
    const fromServer = typeof error === 'object' && error !== null && 'severity' in error
    for (let at = this.#at; at < this.#parts.length; at++) {
      const part = this.#parts[at]!
      if (part.statement.name !== undefined) this.#prepared.set(part.statement.name, 'doubtful')
      part.reject(!fromServer || at === this.#at ? error : new StatementSkipped())
    }
  }

  handleReadyForQuery(): void {
    if (this.#at < this.#parts.length)
      this.handleError(new Error('The server answered fewer statements than were sent.'))
  }

  handleRowDescription(): void {
    // None is asked for: all values are texts, and the statements say which.
  }

  handlePortalSuspended(): void {
    // Rows are never limited by the protocol.
  }

  handleCopyInResponse(connection: { sendCopyFail(message: string): void }): void {
    connection.sendCopyFail('COPY is not used here.')
  }

  handleCopyData(): void {
    // Nothing that is sent copies out.
  }

  #finish(result: TextResult): void {
    const part = this.#parts[this.#at++]
    this.#rows = []
    if (this.#at >= this.#parts.length) this.#settled = true
    part?.resolve(result)
  }
}
