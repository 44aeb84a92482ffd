/** Amounts as people write them. */

/** `10000` is `10,000`. */
export const count = (number: number): string => number.toLocaleString('en-US')

const UNITS: readonly (readonly [ms: number, unit: string])[] = [
  [365.25 * 86_400_000, 'years'],
  [7 * 86_400_000, 'weeks'],
  [86_400_000, 'days'],
  [3_600_000, 'hours'],
  [60_000, 'minutes'],
  [1000, 's'],
]

/** `86400000` is `a day`, `1500` is `1.5 s`. */
export function time(ms: number): string {
  if (ms < 100) return `${ms} ms`
  const [size, unit] = UNITS.find(([each]) => ms >= each && Number.isInteger(ms / each)) ?? [1000, 's']
  const many = ms / size
  if (many === 1 && unit !== 's') return unit === 'hours' ? 'an hour' : `a ${unit.slice(0, -1)}`
  return `${many} ${unit}`
}

/** `1048576` is `1 MiB`. */
export const bytes = (number: number): string =>
  number >= 1_048_576 ? `${number / 1_048_576} MiB` : `${number / 1024} KiB`
