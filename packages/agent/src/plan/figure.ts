/** One number of a plan, with all that is needed to doubt it. */

export interface Figure {
  readonly component: 'requests' | 'process' | 'pool' | 'database' | 'disk' | 'wal' | 'budget'
  readonly name: string
  readonly value: number
  readonly unit: string
  /** In words and symbols. */
  readonly formula: string
  /** The formula with the numbers of this plan in place. */
  readonly worked: string
  readonly assumption: string
  /** Where the formula or the constant comes from. */
  readonly source: string
}

/** Three significant digits: nothing in a plan is known better than that; whole numbers stay whole. */
export function rounded(value: number): number {
  if (!Number.isFinite(value) || Number.isInteger(value)) return value
  return Number(value.toPrecision(3))
}

export const shown = (value: number): string =>
  rounded(value).toLocaleString('en-US', { maximumSignificantDigits: 6 })

const STEPS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const

/** As people read it: powers of 1024. */
export function bytesShown(bytes: number): string {
  let step = 0
  let value = bytes
  while (value >= 1024 && step < STEPS.length - 1) {
    value /= 1024
    step++
  }
  return `${shown(value)} ${STEPS[step]}`
}
