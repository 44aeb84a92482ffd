/** Sets of whole numbers as ranges, as Postgres' `int8multirange` holds them. */

/** From `low` up to and including `high`. */
export interface Range {
  readonly low: number
  readonly high: number
}

/** The ranges of numbers, which rise and come once each. */
export function rangesOf(numbers: readonly number[]): Range[] {
  const ranges: { low: number; high: number }[] = []
  for (const number of numbers) {
    const last = ranges.at(-1)
    if (last !== undefined && last.high + 1 === number) last.high = number
    else ranges.push({ low: number, high: number })
  }
  return ranges
}

/** Reads `{[1,4),[7,8)}`. */
export function parseRanges(text: string): Range[] {
  return [...text.matchAll(/\[(-?\d+),(-?\d+)\)/g)].map(([, low, high]) => ({
    low: Number(low),
    high: Number(high) - 1,
  }))
}

export const rangesText = (ranges: readonly Range[]): string =>
  `{${ranges.map(({ low, high }) => `[${low},${high + 1})`).join(',')}}`

/** What is left of ranges without these numbers, which rise. */
export function without(ranges: readonly Range[], numbers: readonly number[]): Range[] {
  const left: Range[] = []
  let at = 0
  for (const range of ranges) {
    let { low } = range
    while (at < numbers.length && numbers[at]! < low) at++
    for (; at < numbers.length && numbers[at]! <= range.high; at++) {
      if (numbers[at]! > low) left.push({ low, high: numbers[at]! - 1 })
      low = numbers[at]! + 1
    }
    if (low <= range.high) left.push({ low, high: range.high })
  }
  return left
}

/** `count` numbers of the ranges, in order, after the first `skip` of them. */
export function slice(ranges: readonly Range[], skip: number, count: number): Range[] {
  const taken: Range[] = []
  let toSkip = skip
  let left = count
  for (const { low, high } of ranges) {
    const size = high - low + 1
    if (toSkip >= size) {
      toSkip -= size
      continue
    }
    if (left <= 0) break
    const from = low + toSkip
    const to = Math.min(high, from + left - 1)
    taken.push({ low: from, high: to })
    left -= to - from + 1
    toSkip = 0
  }
  return taken
}
