/** From values to places on the page, and which values deserve a line. */

export interface Scale {
  (value: number): number
}

export const linear =
  (from: number, to: number, start: number, end: number): Scale =>
  (value) =>
    Number((start + ((value - from) / (to - from || 1)) * (end - start)).toFixed(1))

export function logarithmic(from: number, to: number, start: number, end: number): Scale {
  const scale = linear(Math.log10(from), Math.log10(to), start, end)
  return (value) => scale(Math.log10(Math.min(to, Math.max(from, value))))
}

/** Round values from 0 to at least `max`, `count` steps or so. */
export function ticks(max: number, count: number): number[] {
  const rough = Math.max(max, 1e-9) / count
  const magnitude = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((factor) => factor * magnitude).find((step) => step >= rough)!
  return Array.from({ length: Math.ceil(max / step - 1e-9) + 1 }, (_, place) =>
    Number((place * step).toPrecision(12)),
  )
}

/** Powers of ten around these values. */
export function decades(min: number, max: number): number[] {
  const first = Math.floor(Math.log10(min))
  const last = Math.max(first + 1, Math.ceil(Math.log10(max) - 1e-9))
  return Array.from({ length: last - first + 1 }, (_, place) =>
    Number((10 ** (first + place)).toPrecision(1)),
  )
}

/** Every so often a mark on the axis of time, in milliseconds: about ten over the run. */
export function timeTicks(durationMs: number): number[] {
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200].map(
    (seconds) => seconds * 1000,
  )
  const step = steps.find((step) => durationMs / step <= 11) ?? steps.at(-1)!
  return Array.from({ length: Math.floor(durationMs / step) + 1 }, (_, place) => place * step)
}
