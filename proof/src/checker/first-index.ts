/** Search in what is in order. */

/** The first index whose value is `past`, given that all after it are so too; the length where none is. */
export function firstIndex(values: readonly number[], past: (value: number) => boolean): number {
  let low = 0
  let high = values.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (past(values[middle]!)) high = middle
    else low = middle + 1
  }
  return low
}
