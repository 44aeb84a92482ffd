/**
 * Histories of list-append: transactions that append numbers to lists and read whole lists. A value is appended to a
 * list at most once in a run, so that a list tells who wrote, and in which order. That is what Elle builds on (Kingsbury
 * and Alvaro, "Elle: Inferring Isolation Anomalies from Experimental Observations", VLDB 2020).
 */

export type AppendOp =
  | { readonly kind: 'append'; readonly key: string; readonly value: number }
  /** What was read; of transactions that are not `ok` it is not looked at. */
  | { readonly kind: 'read'; readonly key: string; readonly value: readonly number[] }

export interface AppendTransaction {
  /** Unique in the history. */
  readonly id: number
  readonly client: number
  /** `unknown`: it may have taken effect, wholly or not at all. */
  readonly outcome: 'ok' | 'refused' | 'unknown'
  /** Milliseconds of one clock. That of an `unknown` one's completion is not looked at: it may still take effect later. */
  readonly invokedMs: number
  readonly completedMs: number
  /** In the order in which the transaction did them. */
  readonly ops: readonly AppendOp[]
}

/** The lists at the end, by key; a key that is absent has an empty list. */
export type FinalLists = ReadonlyMap<string, readonly number[]>

/** An append, with the transaction's index in the history. */
export interface Append {
  readonly by: number
  /** Whether the same transaction appended to the same list again afterwards. */
  isIntermediate: boolean
}

/** A read of a transaction that is `ok`. */
export interface ListRead {
  readonly by: number
  readonly key: string
  readonly value: readonly number[]
  /** What the transaction itself had appended to this list before. */
  readonly own: readonly number[]
}

export class AppendHistory {
  readonly transactions: readonly AppendTransaction[]
  readonly reads: readonly ListRead[]
  readonly #appends = new Map<string, Map<number, Append>>()

  /** Throws where the history is not one that can be judged: a value appended twice, an answer before its question. */
  constructor(transactions: readonly AppendTransaction[]) {
    this.transactions = transactions
    const reads: ListRead[] = []
    for (const [index, transaction] of transactions.entries()) this.#take(index, transaction, reads)
    this.reads = reads
  }

  appendOf(key: string, value: number): Append | undefined {
    return this.#appends.get(key)?.get(value)
  }

  /** The transaction that appended this value; undefined where nobody did. */
  writerOf(key: string, value: number): AppendTransaction | undefined {
    const append = this.appendOf(key, value)
    return append && this.transactions[append.by]
  }

  get keys(): Iterable<string> {
    return this.#appends.keys()
  }

  #take(index: number, transaction: AppendTransaction, reads: ListRead[]): void {
    const { id, ops, outcome, invokedMs, completedMs } = transaction
    if (outcome === 'ok' && completedMs < invokedMs)
      throw new Error(`T${id} was answered before it was sent.`)
    const own = new Map<string, number[]>()
    for (const op of ops) {
      const mine = own.get(op.key) ?? []
      if (op.kind === 'read') {
        if (outcome === 'ok') reads.push({ by: index, key: op.key, value: op.value, own: mine.slice() })
        continue
      }
      const last = mine.at(-1)
      if (last !== undefined) this.appendOf(op.key, last)!.isIntermediate = true
      own.set(op.key, [...mine, op.value])
      this.#append(op.key, op.value, index)
    }
  }

  #append(key: string, value: number, by: number): void {
    let ofKey = this.#appends.get(key)
    if (ofKey === undefined) this.#appends.set(key, (ofKey = new Map<number, Append>()))
    if (ofKey.has(value)) throw new Error(`${value} is appended to ${key} twice: values must differ.`)
    ofKey.set(value, { by, isIntermediate: false })
  }
}
