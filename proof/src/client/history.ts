/** The operations of a run, in memory and, where a file is given, as JSON lines. Bounded: a full history ends the load. */
import { createWriteStream, type WriteStream } from 'node:fs'
import { once } from 'node:events'
import type { Operation } from '../history/operation.js'

export interface HistoryOptions {
  /** Default 500,000. */
  readonly operationsMax?: number
  /** JSON lines, one an operation. */
  readonly file?: string
}

export class History {
  readonly #operations: Operation[] = []
  readonly #operationsMax: number
  readonly #file: WriteStream | undefined
  #ids = 0

  constructor({ operationsMax = 500_000, file }: HistoryOptions = {}) {
    this.#operationsMax = operationsMax
    this.#file = file === undefined ? undefined : createWriteStream(file)
  }

  get operations(): readonly Operation[] {
    return this.#operations
  }

  get isFull(): boolean {
    return this.#ids >= this.#operationsMax
  }

  /** The id of an operation that is about to be sent. Each one drawn is added later. */
  nextId(): number {
    return this.#ids++
  }

  add(operation: Operation): void {
    this.#operations.push(operation)
    this.#file?.write(`${JSON.stringify(operation)}\n`)
  }

  /** Resolves when the file is written. */
  async close(): Promise<void> {
    if (this.#file === undefined) return
    this.#file.end()
    await once(this.#file, 'finish')
  }
}
