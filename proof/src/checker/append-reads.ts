/**
 * Each read on its own: does it show what its own transaction had written, only what was committed, no transaction half
 * done, and a version that the list ever had? Reads that do get their place in the list's order of versions.
 */
import type { FinalPlaces } from './append-effects.js'
import type { AppendHistory, ListRead } from './append-history.js'
import { beforeOwn, endsWith, isBeginning, withoutRepetitions, type VersionOrder } from './append-orders.js'
import { listInWords, transactionInWords } from './words.js'
import type { FindingList } from './finding-list.js'

export interface PlacedRead {
  readonly by: number
  readonly order: VersionOrder
  /** How many values of the order it saw, not counting its own appends; -1 where it shows no version of this order. */
  readonly length: number
  /** The last value of others that it saw; undefined where it saw none. */
  readonly last: number | undefined
}

export class ReadChecker {
  readonly #history: AppendHistory
  readonly #orders: ReadonlyMap<string, VersionOrder>
  readonly #places: FinalPlaces
  readonly #findings: FindingList
  /** By key: the first place in the order whose value did not last. */
  readonly #firstDirty = new Map<string, number>()

  constructor(
    history: AppendHistory,
    orders: ReadonlyMap<string, VersionOrder>,
    places: FinalPlaces,
    findings: FindingList,
  ) {
    this.#history = history
    this.#orders = orders
    this.#places = places
    this.#findings = findings
    for (const { key, values } of orders.values()) {
      const at = values.findIndex((value) => this.#isDirty(key, value))
      if (at >= 0) this.#firstDirty.set(key, at)
    }
  }

  check(read: ListRead): PlacedRead {
    const order = this.#orders.get(read.key)!
    let seen = beforeOwn(read.value, read.own)
    this.#checkOwn(read, seen)
    let isVersion = isBeginning(seen, order.values)
    if (!isVersion) {
      seen = this.#checkRepetitions(read, seen)
      isVersion = isBeginning(seen, order.values)
      if (!isVersion) this.#add('incompatible-order', read, `is no beginning of ${listInWords(order.values)}`)
      this.#checkNeverSent(read, seen)
    }
    this.#checkCommitted(read, seen, isVersion)
    this.#checkIntermediate(read, seen)
    return { by: read.by, order, length: isVersion ? seen.length : -1, last: seen.at(-1) }
  }

  #checkOwn(read: ListRead, seen: readonly number[]): void {
    const last = seen.at(-1)
    if (!endsWith(read.value, read.own))
      this.#add('internal', read, `does not end with its own appends ${listInWords(read.own)}`)
    else if (last !== undefined && this.#history.appendOf(read.key, last)?.by === read.by)
      this.#add('internal', read, `shows ${last}, which it appended only afterwards`)
  }

  #checkRepetitions(read: ListRead, seen: readonly number[]): readonly number[] {
    const once = withoutRepetitions(seen)
    if (once.length < seen.length) this.#add('doubled-effect', read, 'shows a value more than once')
    return once
  }

  #checkNeverSent({ by, key, value }: ListRead, seen: readonly number[]): void {
    const stray = seen.find((candidate) => this.#history.appendOf(key, candidate) === undefined)
    if (stray === undefined) return
    this.#add('ghost-effect', { by, key, value }, `shows ${stray}, which nobody appended`)
  }

  /** G1a. Of a value that lies before the others in the order, one read of a run is as good a proof as all. */
  #checkCommitted(read: ListRead, seen: readonly number[], isVersion: boolean): void {
    const at = isVersion
      ? (this.#firstDirty.get(read.key) ?? -1)
      : seen.findIndex((value) => this.#isDirty(read.key, value))
    if (at < 0 || at >= seen.length) return
    const writer = this.#history.writerOf(read.key, seen[at]!)!
    const why = writer.outcome === 'refused' ? 'was refused' : 'is not there at the end'
    this.#add('G1a', read, `shows ${seen[at]} of T${writer.id}, which ${why}`, [transactionInWords(writer)])
  }

  /** G1b. */
  #checkIntermediate(read: ListRead, seen: readonly number[]): void {
    const last = seen.at(-1)
    const append = last === undefined ? undefined : this.#history.appendOf(read.key, last)
    if (append === undefined || !append.isIntermediate || append.by === read.by) return
    const writer = this.#history.transactions[append.by]!
    this.#add('G1b', read, `ends with ${last}, after which T${writer.id} appended more to it`, [
      transactionInWords(writer),
    ])
  }

  /** Never committed: refused, or of unknown outcome and not there at the end. Acknowledged ones are lost, not dirty. */
  #isDirty(key: string, value: number): boolean {
    const writer = this.#history.writerOf(key, value)
    if (writer === undefined || writer.outcome === 'ok') return false
    return writer.outcome === 'refused' || !this.#places.get(key)?.has(value)
  }

  #add(
    anomaly: 'G1a' | 'G1b' | 'internal' | 'incompatible-order' | 'doubled-effect' | 'ghost-effect',
    { by, key, value }: Pick<ListRead, 'by' | 'key' | 'value'>,
    what: string,
    evidence: readonly string[] = [],
  ): void {
    const transaction = this.#history.transactions[by]!
    this.#findings.add(anomaly, `T${transaction.id} read ${key} as ${listInWords(value)}; that ${what}.`, [
      transactionInWords(transaction),
      ...evidence,
    ])
  }
}
