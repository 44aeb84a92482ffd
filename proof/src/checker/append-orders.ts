/**
 * The order of versions of each list: the list at the end, or the longest read where that goes on after it. A list shows
 * its whole past, so every version that ever was is a beginning of this order.
 */
import type { AppendHistory, FinalLists } from './append-history.js'

export interface VersionOrder {
  readonly key: string
  /** Without repetitions. */
  readonly values: readonly number[]
  /** For each value the index of the transaction that appended it; -1 where it was refused or nobody did. */
  readonly writers: readonly number[]
}

export function versionOrders(history: AppendHistory, finals: FinalLists): ReadonlyMap<string, VersionOrder> {
  const longest = new Map<string, readonly number[]>()
  for (const read of history.reads) {
    const { key } = read
    const value = beforeOwn(read.value, read.own)
    if (value.length > (longest.get(key)?.length ?? -1)) longest.set(key, value)
  }
  const keys = new Set([...history.keys, ...longest.keys(), ...finals.keys()])
  return new Map(
    [...keys].map((key) => [key, orderOf(history, key, finals.get(key) ?? [], longest.get(key) ?? [])]),
  )
}

function orderOf(
  history: AppendHistory,
  key: string,
  final: readonly number[],
  longest: readonly number[],
): VersionOrder {
  const atEnd = withoutRepetitions(final)
  const read = withoutRepetitions(longest)
  const values = isBeginning(atEnd, read) ? read : atEnd
  const writers = values.map((value) => {
    const append = history.appendOf(key, value)
    return append === undefined || history.transactions[append.by]!.outcome === 'refused' ? -1 : append.by
  })
  return { key, values, writers }
}

export const withoutRepetitions = (values: readonly number[]): readonly number[] => [...new Set(values)]

/** Whether `values` begins with `beginning`. */
export const isBeginning = (beginning: readonly number[], values: readonly number[]): boolean =>
  beginning.length <= values.length && beginning.every((value, at) => value === values[at])

/** What others had appended: the list without the reader's own appends at its end. As it is where they are not there. */
export function beforeOwn(value: readonly number[], own: readonly number[]): readonly number[] {
  return own.length > 0 && endsWith(value, own) ? value.slice(0, value.length - own.length) : value
}

export const endsWith = (values: readonly number[], end: readonly number[]): boolean =>
  end.every((value, at) => value === values[values.length - end.length + at])
